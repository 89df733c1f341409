import { number } from '../base/options.js';
import { ADAM_OPTIONS, Adam } from './adam.js';
import type { OptimizerOptions, OptionsOf, OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  ...ADAM_OPTIONS,
  /** Default 0.004. */
  weightDecay: number({ min: 0 }).default(0.004),
};

export type AdamWOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * w ← w − learningRate · weightDecay · w, then Adam's update.
 *
 * @param options learningRate default 0.001
 * @throws ValueError when weightDecay is negative
 * @see Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv:1711.05101
 * @example new AdamW({ learningRate: 0.001, weightDecay: 0.004 })
 */
export class AdamW extends Adam {
  static override readonly className = 'AdamW';
  protected static override readonly ownOptions = OPTIONS;
  declare protected readonly options: OptionsOf<typeof OPTIONS>;
  protected override readonly weightDecay: number;

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options);
    this.weightDecay = this.options.weightDecay;
  }
}

/** See `AdamW`. @example model.compile({ optimizer: optimizers.adamw({ weightDecay: 0.01 }), loss: 'mse' }) */
export const adamw = (options?: OptionsOrRate<typeof OPTIONS>): AdamW => new AdamW(options);
