import { maximum, mul } from '../../ops/arithmetic.js';
import { sum } from '../../ops/broadcast.js';
import { rsqrt, square } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axes } from '../base/common-options.js';
import { axesOf } from '../base/input-checks.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Axes whose values together get the norm 1; default −1. */
  axis: axes().default(-1),
};

/** Keras's floor for a squared norm, so that zeros stay zeros. */
const SMALLEST = 1e-12;

/** Divides by the Euclidean norm over some axes. Output shaped as the input. */
export class UnitNormalization extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'UnitNormalization';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  override call(x: Tensor): Tensor {
    const axes = axesOf(this.describe(), this.options.axis, x.rank);
    return mul(x, rsqrt(maximum(sum(square(x), axes, true), SMALLEST)));
  }
}
