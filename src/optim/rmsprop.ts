import { boolean, number } from '../base/options.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { rsqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep, type VariableUpdate } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';
import { updateInPlace } from './update-in-place.js';

const OPTIONS = {
  /** Fraction of the running mean that remains at each update; default 0.9. */
  rho: momentumFraction().default(0.9),
  /** Default 0. */
  momentum: momentumFraction().default(0),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
  /** Whether to divide by the variance of the gradient instead of its mean square; default false. */
  centered: boolean().default(false),
};

export type RMSpropOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * s ← rho · s + (1 − rho) · g², w ← w − learningRate · g / √(s + epsilon);
 * with momentum v ← momentum · v + that step, w ← w − v; centred: s less the square of the running mean of g.
 *
 * @param options learningRate default 0.001
 * @throws ValueError when rho or momentum is not in [0, 1)
 * @see Tieleman and Hinton, "RMSprop", Coursera lecture 6e, 2012
 * @example new RMSprop({ learningRate: 0.001 })
 */
export class RMSprop extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'RMSprop';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames: readonly string[];
  protected override readonly slotsByKind = true;

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
    const { momentum, centered } = this.options;
    this.slotNames = ['velocity', ...(momentum > 0 ? ['momentum'] : []), ...(centered ? ['average_gradient'] : [])];
  }

  protected override update(weight: Variable, gradient: Tensor, state: readonly Variable[], step: UpdateStep): void {
    this.updateAll([{ weight, state, gradient }], step);
  }

  protected override updateAll(updates: readonly VariableUpdate[], { learningRate }: UpdateStep): void {
    const { rho, momentum, epsilon, centered } = this.options;
    if (centered) {
      for (const { weight, state, gradient } of updates) {
        const velocity = momentum > 0 ? state[1] : null;
        this.updateCentered(weight, gradient, state[0], velocity, state[state.length - 1], learningRate);
      }
      return;
    }
    const settings = { learningRate, rho, momentum, epsilon };
    updateInPlace(updates, (kernels, all) => kernels.rmspropUpdate(all, settings));
  }

  private updateCentered(
    weight: Variable,
    gradient: Tensor,
    meanSquare: Variable,
    velocity: Variable | null,
    meanGradient: Variable,
    learningRate: number,
  ): void {
    const { rho, momentum, epsilon } = this.options;
    meanSquare.assign(add(mul(meanSquare, rho), mul(square(gradient), 1 - rho)));
    meanGradient.assign(add(mul(meanGradient, rho), mul(gradient, 1 - rho)));
    const variance = sub(meanSquare, square(meanGradient));
    const change = mul(mul(gradient, learningRate), rsqrt(add(variance, epsilon)));
    if (velocity) velocity.assign(add(mul(velocity, momentum), change));
    weight.assign(sub(weight, velocity ?? change));
  }
}

/** See `RMSprop`. @example model.compile({ optimizer: optimizers.rmsprop({ learningRate: 0.01 }), loss: 'mse' }) */
export const rmsprop = (options?: OptionsOrRate<typeof OPTIONS>): RMSprop => new RMSprop(options);
