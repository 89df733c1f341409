import { number } from '../base/options.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  /** Fraction of the running mean of gradients that remains at each update; default 0.9. */
  beta1: momentumFraction().default(0.9),
  /** The same for the mean of their squares; default 0.999. */
  beta2: momentumFraction().default(0.999),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
};

export type NadamOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * Adam with Nesterov's look-ahead. With μₜ = beta1 · (1 − ½ · 0.96ᵗ):
 * m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g²,
 * m̂ = μₜ₊₁ · m / (1 − μ₁⋯μₜ₊₁) + (1 − μₜ) · g / (1 − μ₁⋯μₜ),
 * w ← w − learningRate · m̂ / (√(v / (1 − beta2ᵗ)) + epsilon)
 *
 * @param options learningRate default 0.001
 * @throws ValueError when a beta is not in [0, 1)
 * @see Dozat, "Incorporating Nesterov momentum into Adam", 2015; `keras.optimizers.Nadam`
 * @example new Nadam({ learningRate: 0.002 })
 */
export class Nadam extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Nadam';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['momentum', 'velocity'];
  /** μ₁⋯μₜ and its t, from which the next update continues. */
  private known = { time: 0, product: 1 };

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [first, second]: readonly Variable[],
    { learningRate, time }: UpdateStep,
  ): void {
    const { beta1, beta2, epsilon } = this.options;
    const product = this.momentumProduct(time);
    const next = this.momentumAt(time + 1);
    first.assign(add(mul(first, beta1), mul(gradient, 1 - beta1)));
    second.assign(add(mul(second, beta2), mul(square(gradient), 1 - beta2)));
    const ahead = add(
      mul(first, next / (1 - product * next)),
      mul(gradient, (1 - this.momentumAt(time)) / (1 - product)),
    );
    const root = sqrt(mul(second, 1 / (1 - beta2 ** time)));
    weight.assign(sub(weight, div(mul(ahead, learningRate), add(root, epsilon))));
  }

  private momentumAt(time: number): number {
    return this.options.beta1 * (1 - 0.5 * 0.96 ** time);
  }

  private momentumProduct(time: number): number {
    let { known } = this;
    if (known.time > time) known = { time: 0, product: 1 };
    while (known.time < time) {
      // Zero stays zero, however many updates follow.
      const at = known.product === 0 ? time : known.time + 1;
      known = { time: at, product: known.product * this.momentumAt(at) };
    }
    this.known = known;
    return known.product;
  }

  /** @internal */
  override get derivedScalars() {
    return [{ name: 'u_product', value: this.momentumProduct(this.iterations) }];
  }
}

/** See `Nadam`. @example model.compile({ optimizer: optimizers.nadam({ learningRate: 0.002 }), loss: 'mse' }) */
export const nadam = (options?: OptionsOrRate<typeof OPTIONS>): Nadam => new Nadam(options);
