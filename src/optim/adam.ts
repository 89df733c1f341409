import { ValueError } from '../base/errors.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { updateInPlace } from './apply.js';
import { Optimizer, type OptimizerOptions, type UpdateStep } from './optimizer.js';

export interface AdamOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Whether the largest second moment so far divides; default false. @see Reddi et al., arXiv:1904.09237 */
  readonly amsgrad?: boolean;
}

/** @throws ValueError when a decay of the moments is not in [0, 1) */
export function assertBeta(optimizer: string, betas: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(betas)) {
    if (!(value >= 0 && value < 1))
      throw new ValueError(`${optimizer}: ${name} is ${value}, expected a number in [0, 1)`);
  }
}

/**
 * m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g²,
 * w ← w − learningRate · √(1 − beta2ᵗ) / (1 − beta1ᵗ) · m / (√v + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when a beta is not in [0, 1)
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", arXiv:1412.6980; epsilon stands where Keras has it
 * @example new Adam({ learningRate: 0.001 })
 */
export class Adam extends Optimizer {
  static override readonly className: string = 'Adam';
  protected static override readonly ownOptions: readonly string[] = ['beta1', 'beta2', 'epsilon', 'amsgrad'];
  protected override readonly slotNames: readonly string[];
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;

  constructor(
    options: AdamOptions = {},
    /** Share of each weight that a rate of 1 would take off at each update, beside the gradient. */
    private readonly weightDecay = 0,
  ) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
    assertBeta(this.className, { beta1: this.beta1, beta2: this.beta2 });
    this.slotNames = options.amsgrad ? ['momentum', 'velocity', 'velocity_hat'] : ['momentum', 'velocity'];
  }

  protected override update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void {
    const { beta1, beta2, epsilon } = this;
    const { learningRate, time } = step;
    const stepSize = (learningRate * Math.sqrt(1 - beta2 ** time)) / (1 - beta1 ** time);
    const decay = learningRate * this.weightDecay;
    const [first, second, largest] = slots;
    if (largest) {
      first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
      second.assign(add(mul(second, beta2), mul(square(gradient), 1 - beta2)));
      largest.assign(maximum(largest, second));
      const change = div(mul(first, stepSize), add(sqrt(largest), epsilon));
      weight.assign(sub(mul(weight, 1 - decay), change));
      return;
    }
    updateInPlace([weight, first, second], gradient, (kernels) =>
      kernels.adamUpdate(weight, first, second, gradient, { stepSize, beta1, beta2, epsilon, decay }),
    );
  }
}

/** See `Adam`. @example model.compile({ optimizer: optimizers.adam({ learningRate: 0.01 }), loss: 'mse' }) */
export const adam = (options?: AdamOptions): Adam => new Adam(options);
