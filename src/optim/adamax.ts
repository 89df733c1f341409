import { number } from '../base/options.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { abs } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  /** Default 0.9. */
  beta1: momentumFraction().default(0.9),
  /** Default 0.999. */
  beta2: momentumFraction().default(0.999),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
};

export type AdamaxOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * m ← beta1 · m + (1 − beta1) · g, u ← max(beta2 · u, |g|), w ← w − learningRate / (1 − beta1ᵗ) · m / (u + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when a beta is not in [0, 1)
 * @see Kingma and Ba, "Adam: a method for stochastic optimization", section 7.1, arXiv:1412.6980
 * @example new Adamax({ learningRate: 0.002 })
 */
export class Adamax extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Adamax';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['momentum', 'norm'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [first, norm]: readonly Variable[],
    { learningRate, time }: UpdateStep,
  ): void {
    const { beta1, beta2, epsilon } = this.options;
    first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
    norm.assign(maximum(mul(norm, beta2), abs(gradient)));
    const change = div(mul(first, learningRate / (1 - beta1 ** time)), add(norm, epsilon));
    weight.assign(sub(weight, change));
  }
}

/** See `Adamax`. @example model.compile({ optimizer: optimizers.adamax({ learningRate: 0.01 }), loss: 'mse' }) */
export const adamax = (options?: OptionsOrRate<typeof OPTIONS>): Adamax => new Adamax(options);
