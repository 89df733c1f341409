import { number } from '../base/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep, type VariableUpdate } from './optimizer.js';
import type { OptimizerOptions, OptionsOrRate } from './optimizer-options.js';
import { updateInPlace } from './update-in-place.js';

const OPTIONS = {
  /** Default 0.1. */
  initialAccumulatorValue: number({ min: 0 }).default(0.1),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
};

export type AdagradOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * a ← a + g², w ← w − learningRate · g / √(a + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when initialAccumulatorValue is negative
 * @see Duchi, Hazan and Singer, "Adaptive subgradient methods", JMLR 12, 2011
 * @example new Adagrad({ learningRate: 0.01 })
 */
export class Adagrad extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Adagrad';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['accumulator'];
  protected override readonly initialSlotValue: number;

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
    this.initialSlotValue = this.options.initialAccumulatorValue;
  }

  protected override update(weight: Variable, gradient: Tensor, state: readonly Variable[], step: UpdateStep): void {
    this.updateAll([{ weight, state, gradient }], step);
  }

  protected override updateAll(updates: readonly VariableUpdate[], { learningRate }: UpdateStep): void {
    const settings = { learningRate, epsilon: this.options.epsilon };
    updateInPlace(updates, (kernels, all) => kernels.adagradUpdate(all, settings));
  }
}

/** See `Adagrad`. @example model.compile({ optimizer: optimizers.adagrad({ learningRate: 0.01 }), loss: 'mse' }) */
export const adagrad = (options?: OptionsOrRate<typeof OPTIONS>): Adagrad => new Adagrad(options);
