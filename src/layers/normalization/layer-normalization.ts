import { ValueError } from '../../base/errors.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { mean } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import { rsqrt, square } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axes } from '../base/common-options.js';
import { axesOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { AffineNormalization } from './affine-normalization.js';

/** @internal (x − mean) / √(variance + epsilon) over axes */
export function standardize(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centered = sub(x, mean(x, axes, true));
  return mul(centered, rsqrt(add(mean(square(centered), axes, true), epsilon)));
}

const OPTIONS = {
  /** Axes to normalize over; default −1. */
  axis: axes().default(-1),
};

/**
 * Normalizes each example by the mean and biased variance of its own values along some axes.
 * Output shaped as the input; weights gamma and beta, shaped as those axes.
 * @see Ba, Kiros and Hinton, arXiv:1607.06450
 */
export class LayerNormalization extends AffineNormalization<typeof OPTIONS> {
  static override readonly className = 'LayerNormalization';
  static override readonly options = OPTIONS;

  private axesOf(rank: number): number[] {
    const axes = axesOf(this.describe(), this.options.axis, rank);
    if (axes.length > 0) return axes;
    throw new ValueError(`${this.describe()}: axis is [], expected at least one`);
  }

  override build(shape: SymbolicShape): void {
    this.addGammaAndBeta(this.axesOf(shape.length).map((axis) => shape[axis]));
  }

  override call(x: Tensor): Tensor {
    const axes = this.axesOf(x.rank);
    // Trailing axes broadcast without a reshape.
    const aligned = axes[0] === x.rank - axes.length;
    const broadcast = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    const read = (weight: Weight) => (aligned ? weight.read() : reshape(weight.read(), broadcast));
    return this.scaledAndShifted(standardize(x, axes, this.options.epsilon), read);
  }
}
