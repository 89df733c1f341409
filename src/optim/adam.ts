import { boolean, number } from '../base/options.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep, type VariableUpdate } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';
import { updateInPlace } from './update-in-place.js';
import { isExcluded } from './weight-decay.js';

export const ADAM_OPTIONS = {
  /** Fraction of the running mean of gradients that remains at each update; default 0.9. */
  beta1: momentumFraction().default(0.9),
  /** The same for the mean of their squares; default 0.999. */
  beta2: momentumFraction().default(0.999),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
  /** Whether to divide by the largest second moment so far; default false. @see Reddi et al., arXiv:1904.09237 */
  amsgrad: boolean().default(false),
};

export type AdamOptions = OptimizerOptions<typeof ADAM_OPTIONS>;

/**
 * m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g²,
 * w ← w − learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) · m / (√v + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when a beta is not in [0, 1)
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980; epsilon is added where Keras adds
 * it
 * @example new Adam({ learningRate: 0.001 })
 */
export class Adam extends Optimizer<typeof ADAM_OPTIONS> {
  static override readonly className: string = 'Adam';
  protected static override readonly ownOptions = ADAM_OPTIONS;
  protected override readonly slotNames: readonly string[];
  /** AdamW's decay, which the kernel applies together with the update. */
  protected readonly weightDecay: number = 0;

  constructor(options?: OptionsOrRate<typeof ADAM_OPTIONS>) {
    super(options, 0.001);
    this.slotNames = this.options.amsgrad ? ['momentum', 'velocity', 'velocity_hat'] : ['momentum', 'velocity'];
  }

  protected override update(weight: Variable, gradient: Tensor, state: readonly Variable[], step: UpdateStep): void {
    this.updateAll([{ weight, state, gradient }], step);
  }

  protected override updateAll(updates: readonly VariableUpdate[], { learningRate, time }: UpdateStep): void {
    const { beta1, beta2, epsilon, amsgrad, excludeFromWeightDecay } = this.options;
    const stepSize = (learningRate * Math.sqrt(1 - beta2 ** time)) / (1 - beta1 ** time);
    const decays = ({ weight }: VariableUpdate) => this.weightDecay > 0 && !isExcluded(weight, excludeFromWeightDecay);
    for (const isDecaying of [true, false]) {
      const decay = isDecaying ? learningRate * this.weightDecay : 0;
      const some = updates.filter((update) => decays(update) === isDecaying);
      if (some.length === 0) continue;
      if (amsgrad) for (const update of some) this.updateByLargest(update, stepSize, decay);
      else {
        const settings = { stepSize, beta1, beta2, epsilon, decay };
        updateInPlace(some, (kernels, all) => kernels.adamUpdate(all, settings));
      }
    }
  }

  private updateByLargest({ weight, state, gradient }: VariableUpdate, stepSize: number, decay: number): void {
    const { beta1, beta2, epsilon } = this.options;
    const [first, second, largest] = state;
    first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
    second.assign(add(mul(second, beta2), mul(square(gradient), 1 - beta2)));
    largest.assign(maximum(largest, second));
    const change = div(mul(first, stepSize), add(sqrt(largest), epsilon));
    weight.assign(sub(mul(weight, 1 - decay), change));
  }
}

/** See `Adam`. @example model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: 'mse' }) */
export const adam = (options?: OptionsOrRate<typeof ADAM_OPTIONS>): Adam => new Adam(options);
