import { boolean, number } from '../base/options.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { fill } from '../ops/creation.js';
import { mean } from '../ops/reductions.js';
import { expandDims } from '../ops/reshape.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import type { OptimizerOptions, OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  /** The running means keep 1 − tᵇ at update t, with this b ≤ 0; default −0.8. */
  beta2Decay: number({ max: 0 }).default(-0.8),
  /** Added to squares of gradients; default 1e-30. */
  epsilon1: number({ min: 0 }).default(1e-30),
  /** The least root mean square of a weight that updates are in proportion to; default 0.001. */
  epsilon2: number({ min: 0 }).default(1e-3),
  /** The largest root mean square of the direction of an update; default 1. */
  clipThreshold: number({ above: 0 }).default(1),
  /** Keras's name of an option without effect, there too: the rate is at most 1 / √t in either case; default true. */
  relativeStep: boolean().default(true),
};

export type AdafactorOptions = OptimizerOptions<typeof OPTIONS>;

/** The root of the mean square of all elements. */
const rootMeanSquare = (x: Tensor): Tensor => sqrt(mean(square(x)));

/**
 * With s = g² + epsilon1 and β = 1 − t^beta2Decay, over the last two axes of a weight of rank 2 and more:
 * r ← β · r + (1 − β) · mean(s, −1), c ← β · c + (1 − β) · mean(s, −2), v = r · c / mean(r, −1);
 * of other weights v ← β · v + (1 − β) · s. Then
 * u = g / √v, w ← w − min(learningRate, 1 / √t) · max(rms(w), epsilon2) · u / max(1, rms(u) / clipThreshold)
 *
 * As in Keras, whose files hold it, v is a slot of each weight.
 * @param options learningRate default 0.001
 * @throws ValueError when beta2Decay is positive, or clipThreshold is not
 * @see Shazeer and Stern, "Adafactor: adaptive learning rates with sublinear memory cost", arXiv:1804.04235;
 * `keras.optimizers.Adafactor`
 * @example new Adafactor({ learningRate: 0.01 })
 */
export class Adafactor extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Adafactor';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['r', 'c', 'velocity'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  /** Means over the last axis and over the one before it; of weights with fewer axes they are unused numbers. */
  protected override initialSlot(slot: string, { shape, dtype }: Variable): Tensor {
    if (slot === 'velocity') return fill(shape, 0, dtype);
    if (shape.length < 2) return fill([], 0, dtype);
    const dropped = slot === 'r' ? shape.length - 1 : shape.length - 2;
    return fill(
      shape.filter((_, axis) => axis !== dropped),
      0,
      dtype,
    );
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [rows, columns, velocity]: readonly Variable[],
    { learningRate, time }: UpdateStep,
  ): void {
    const { beta2Decay, epsilon1, epsilon2, clipThreshold } = this.options;
    const kept = 1 - time ** beta2Decay;
    const move = (slot: Variable, value: Tensor) => slot.assign(add(mul(slot, kept), mul(value, 1 - kept)));
    const squares = add(square(gradient), epsilon1);
    if (weight.rank < 2) move(velocity, squares);
    else {
      move(rows, mean(squares, -1));
      move(columns, mean(squares, -2));
      const shares = div(rows, mean(rows, -1, true));
      velocity.assign(mul(expandDims(shares, -1), expandDims(columns, -2)));
    }
    const direction = div(gradient, sqrt(velocity));
    const clipped = div(direction, maximum(div(rootMeanSquare(direction), clipThreshold), 1));
    const stepSize = mul(maximum(rootMeanSquare(weight), epsilon2), Math.min(learningRate, 1 / Math.sqrt(time)));
    weight.assign(sub(weight, mul(clipped, stepSize)));
  }
}

/** See `Adafactor`. @example model.compile({ optimizer: optimizers.adafactor({ learningRate: 0.01 }), loss: 'mse' }) */
export const adafactor = (options?: OptionsOrRate<typeof OPTIONS>): Adafactor => new Adafactor(options);
