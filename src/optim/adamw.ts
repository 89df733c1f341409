import { ValueError } from '../base/errors.js';
import { Adam, type AdamOptions } from './adam.js';

export interface AdamWOptions extends AdamOptions {
  /** Default 0.004. */
  readonly weightDecay?: number;
}

/**
 * w ← w − learningRate · weightDecay · w, and Adam's update beside it.
 *
 * @param options learningRate default 0.001
 * @throws ValueError when weightDecay is negative
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv:1711.05101
 * @example new AdamW({ learningRate: 0.001, weightDecay: 0.004 })
 */
export class AdamW extends Adam {
  static override readonly className = 'AdamW';
  protected static override readonly ownOptions = [...Adam.ownOptions, 'weightDecay'];

  constructor(options: AdamWOptions = {}) {
    const { weightDecay = 0.004 } = options;
    if (!(weightDecay >= 0)) throw new ValueError(`AdamW: weightDecay is ${weightDecay}, expected a number ≥ 0`);
    super(options, weightDecay);
  }
}

/** See `AdamW`. @example model.compile({ optimizer: optimizers.adamw({ weightDecay: 0.01 }), loss: 'mse' }) */
export const adamw = (options?: AdamWOptions): AdamW => new AdamW(options);
