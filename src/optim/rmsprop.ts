import { add, mul, sub } from '../ops/arithmetic.js';
import { rsqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { assertBeta } from './adam.js';
import { updateInPlace } from './apply.js';
import { Optimizer, type OptimizerOptions, type UpdateStep } from './optimizer.js';

export interface RMSpropOptions extends OptimizerOptions {
  /** Share of the running mean that stays at each update; default 0.9. */
  readonly rho?: number;
  /** Default 0. */
  readonly momentum?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
  /** Whether the variance of the gradient divides instead of its mean square; default false. */
  readonly centered?: boolean;
}

/**
 * s ← rho · s + (1 − rho) · g², w ← w − learningRate · g / √(s + epsilon);
 * with momentum v ← momentum · v + that step, w ← w − v; centred: s less the square of the running mean of g.
 *
 * @param options learningRate default 0.001
 * @throws ValueError when rho or momentum is not in [0, 1)
 * @see Tieleman and Hinton, "RMSprop", Coursera lecture 6e, 2012
 * @example new RMSprop({ learningRate: 0.001 })
 */
export class RMSprop extends Optimizer {
  static override readonly className = 'RMSprop';
  protected static override readonly ownOptions = ['rho', 'momentum', 'epsilon', 'centered'];
  protected override readonly slotNames: readonly string[];
  protected override readonly slotsByKind = true;
  private readonly rho: number;
  private readonly momentum: number;
  private readonly epsilon: number;
  private readonly centered: boolean;

  constructor(options: RMSpropOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.9;
    this.momentum = options.momentum ?? 0;
    this.epsilon = options.epsilon ?? 1e-7;
    this.centered = options.centered ?? false;
    assertBeta('RMSprop', { rho: this.rho, momentum: this.momentum });
    const momentum = this.momentum > 0 ? ['momentum'] : [];
    this.slotNames = ['velocity', ...momentum, ...(this.centered ? ['average_gradient'] : [])];
  }

  protected override update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void {
    const { learningRate } = step;
    const { rho, momentum, epsilon } = this;
    const meanSquare = slots[0];
    const velocity = momentum > 0 ? slots[1] : null;
    if (this.centered) {
      this.updateCentered(weight, gradient, meanSquare, velocity, slots[slots.length - 1], learningRate);
      return;
    }
    updateInPlace([weight, ...slots], gradient, (kernels) =>
      kernels.rmspropUpdate(weight, meanSquare, velocity, gradient, { learningRate, rho, momentum, epsilon }),
    );
  }

  private updateCentered(
    weight: Variable,
    gradient: Tensor,
    meanSquare: Variable,
    velocity: Variable | null,
    meanGradient: Variable,
    learningRate: number,
  ): void {
    const { rho, momentum, epsilon } = this;
    meanSquare.assign(add(mul(meanSquare, rho), mul(square(gradient), 1 - rho)));
    meanGradient.assign(add(mul(meanGradient, rho), mul(gradient, 1 - rho)));
    const variance = sub(meanSquare, square(meanGradient));
    const change = mul(mul(gradient, learningRate), rsqrt(add(variance, epsilon)));
    if (velocity) velocity.assign(add(mul(velocity, momentum), change));
    weight.assign(sub(weight, velocity ?? change));
  }
}

/** See `RMSprop`. @example model.compile({ optimizer: optimizers.rmsprop({ learningRate: 0.01 }), loss: 'mse' }) */
export const rmsprop = (options?: RMSpropOptions): RMSprop => new RMSprop(options);
