import { ValueError } from '../base/errors.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { updateInPlace } from './apply.js';
import { Optimizer, type OptimizerOptions, type UpdateStep } from './optimizer.js';

export interface AdagradOptions extends OptimizerOptions {
  /** Default 0.1. */
  readonly initialAccumulatorValue?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * a ← a + g², w ← w − learningRate · g / √(a + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when initialAccumulatorValue is negative
 * @see Duchi, Hazan and Singer, "Adaptive subgradient methods", JMLR 12, 2011
 * @example new Adagrad({ learningRate: 0.01 })
 */
export class Adagrad extends Optimizer {
  static override readonly className = 'Adagrad';
  protected static override readonly ownOptions = ['initialAccumulatorValue', 'epsilon'];
  protected override readonly slotNames = ['accumulator'];
  protected override readonly initialSlotValue: number;
  private readonly epsilon: number;

  constructor(options: AdagradOptions = {}) {
    super(options, 0.001);
    this.initialSlotValue = options.initialAccumulatorValue ?? 0.1;
    this.epsilon = options.epsilon ?? 1e-7;
    if (!(this.initialSlotValue >= 0)) {
      throw new ValueError(`Adagrad: initialAccumulatorValue is ${this.initialSlotValue}, expected a number ≥ 0`);
    }
  }

  protected override update(weight: Variable, gradient: Tensor, [accumulator]: readonly Variable[], step: UpdateStep) {
    const settings = { learningRate: step.learningRate, epsilon: this.epsilon };
    updateInPlace([weight, accumulator], gradient, (kernels) =>
      kernels.adagradUpdate(weight, accumulator, gradient, settings),
    );
  }
}

/** See `Adagrad`. @example model.compile({ optimizer: optimizers.adagrad({ learningRate: 0.01 }), loss: 'mse' }) */
export const adagrad = (options?: AdagradOptions): Adagrad => new Adagrad(options);
