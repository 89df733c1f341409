import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { abs } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { assertBeta } from './adam.js';
import { Optimizer, type OptimizerOptions, type UpdateStep } from './optimizer.js';

export interface AdamaxOptions extends OptimizerOptions {
  /** Default 0.9. */
  readonly beta1?: number;
  /** Default 0.999. */
  readonly beta2?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * m ← beta1 · m + (1 − beta1) · g, u ← max(beta2 · u, |g|), w ← w − learningRate / (1 − beta1ᵗ) · m / (u + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when a beta is not in [0, 1)
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", section 7.1, arXiv:1412.6980
 * @example new Adamax({ learningRate: 0.002 })
 */
export class Adamax extends Optimizer {
  static override readonly className = 'Adamax';
  protected static override readonly ownOptions = ['beta1', 'beta2', 'epsilon'];
  protected override readonly slotNames = ['momentum', 'norm'];
  private readonly beta1: number;
  private readonly beta2: number;
  private readonly epsilon: number;

  constructor(options: AdamaxOptions = {}) {
    super(options, 0.001);
    this.beta1 = options.beta1 ?? 0.9;
    this.beta2 = options.beta2 ?? 0.999;
    this.epsilon = options.epsilon ?? 1e-7;
    assertBeta('Adamax', { beta1: this.beta1, beta2: this.beta2 });
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [first, norm]: readonly Variable[],
    { learningRate, time }: UpdateStep,
  ): void {
    const { beta1, beta2, epsilon } = this;
    first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
    norm.assign(maximum(mul(norm, beta2), abs(gradient)));
    const change = div(mul(first, learningRate / (1 - beta1 ** time)), add(norm, epsilon));
    weight.assign(sub(weight, change));
  }
}

/** See `Adamax`. @example model.compile({ optimizer: optimizers.adamax({ learningRate: 0.01 }), loss: 'mse' }) */
export const adamax = (options?: AdamaxOptions): Adamax => new Adamax(options);
