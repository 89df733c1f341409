import { ValueError } from '../base/errors.js';
import { number } from '../base/options.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { pow } from '../ops/power.js';
import { clipByValue, sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import type { OptimizerOptions, OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  /** The power p of the sum of squares, at most 0; 0 leaves the rate unchanged; default −0.5. */
  learningRatePower: number({ max: 0 }).default(-0.5),
  /** Default 0.1. */
  initialAccumulatorValue: number({ min: 0 }).default(0.1),
  /** λ₁: weights whose evidence is less than this are 0; default 0. */
  l1RegularizationStrength: number({ min: 0 }).default(0),
  /** λ₂, which keeps weights small; default 0. */
  l2RegularizationStrength: number({ min: 0 }).default(0),
  /** λₛ: adds 2 · λₛ · w to the gradient, but not to the sum of squares; default 0. */
  l2ShrinkageRegularizationStrength: number({ min: 0 }).default(0),
  /** β of the paper, which lowers the first rates; default 0. */
  beta: number({ min: 0 }).default(0),
};

export type FtrlOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * Follow the regularized leader: linear models of many rare features, most of whose weights L1 keeps at 0.
 * With a′ = a + g²: z ← z + g + 2 · λₛ · w − (a′⁻ᵖ − a⁻ᵖ) / learningRate · w,
 * w ← (clip(z, −λ₁, λ₁) − z) / ((a′⁻ᵖ + beta) / learningRate + 2 · λ₂), a ← a′
 *
 * @param options learningRate default 0.001; it must be above 0 in every update
 * @throws ValueError when a strength is negative or the power positive
 * @see McMahan et al., "Ad click prediction: a view from the trenches", KDD 2013; `keras.optimizers.Ftrl`
 * @example new Ftrl({ learningRate: 0.1, l1RegularizationStrength: 0.01 })
 */
export class Ftrl extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Ftrl';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['accumulator', 'linear'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  protected override initialValueOf(slot: string): number {
    return slot === 'accumulator' ? this.options.initialAccumulatorValue : 0;
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [accumulator, linear]: readonly Variable[],
    { learningRate, time }: UpdateStep,
  ): void {
    if (learningRate === 0) {
      throw new ValueError(`Ftrl: learningRate is 0 at update ${time}, expected a number > 0, by which it divides`);
    }
    const {
      l1RegularizationStrength: l1,
      l2RegularizationStrength: l2,
      l2ShrinkageRegularizationStrength: shrinkage,
      beta,
    } = this.options;
    const squares = add(accumulator, square(gradient));
    const scale = this.powerOf(squares);
    const pull = mul(div(sub(scale, this.powerOf(accumulator)), learningRate), weight);
    const shrunk = shrinkage > 0 ? add(gradient, mul(weight, 2 * shrinkage)) : gradient;
    linear.assign(add(linear, sub(shrunk, pull)));
    const quadratic = add(div(scale, learningRate), 2 * l2 + beta / learningRate);
    weight.assign(div(sub(clipByValue(linear, -l1, l1), linear), quadratic));
    accumulator.assign(squares);
  }

  private powerOf(x: Tensor): Tensor {
    const power = -this.options.learningRatePower;
    return power === 0.5 ? sqrt(x) : pow(x, power);
  }
}

/** See `Ftrl`. @example model.compile({ optimizer: optimizers.ftrl({ learningRate: 0.1 }), loss: 'mse' }) */
export const ftrl = (options?: OptionsOrRate<typeof OPTIONS>): Ftrl => new Ftrl(options);
