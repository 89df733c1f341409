import { ValueError } from '../base/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { updateInPlace } from './apply.js';
import { Optimizer, type OptimizerOptions, type UpdateStep } from './optimizer.js';

export interface SGDOptions extends OptimizerOptions {
  /** Default 0. */
  readonly momentum?: number;
  /** Default false. */
  readonly nesterov?: boolean;
}

/**
 * w ← w − learningRate · g; with momentum v ← momentum · v − learningRate · g, w ← w + v;
 * with Nesterov's look-ahead w ← w + momentum · v − learningRate · g.
 *
 * @param options learningRate default 0.01
 * @throws ValueError when momentum is not in [0, 1]
 * @see Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013
 * @example new SGD({ learningRate: 0.01, momentum: 0.9 })
 */
export class SGD extends Optimizer {
  static override readonly className = 'SGD';
  protected static override readonly ownOptions = ['momentum', 'nesterov'];
  protected override readonly slotNames: readonly string[];
  private readonly momentum: number;
  private readonly nesterov: boolean;

  constructor(options: SGDOptions = {}) {
    super(options, 0.01);
    this.momentum = options.momentum ?? 0;
    this.nesterov = options.nesterov ?? false;
    if (!(this.momentum >= 0 && this.momentum <= 1)) {
      throw new ValueError(`SGD: momentum is ${this.momentum}, expected a number in [0, 1]`);
    }
    this.slotNames = this.momentum > 0 ? ['momentum'] : [];
  }

  protected override update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void {
    const [velocity = null] = slots;
    const { momentum, nesterov } = this;
    updateInPlace([weight, ...slots], gradient, (kernels) =>
      kernels.sgdUpdate(weight, velocity, gradient, { learningRate: step.learningRate, momentum, nesterov }),
    );
  }
}

/** See `SGD`. @example model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: 'mse' }) */
export const sgd = (options?: SGDOptions): SGD => new SGD(options);
