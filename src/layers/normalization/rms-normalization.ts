import { number } from '../../base/options.js';
import { add, mul } from '../../ops/arithmetic.js';
import { mean } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import { rsqrt, square } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axes } from '../base/common-options.js';
import { axesOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';

const OPTIONS = {
  /** Axes that are normalized over; default −1. */
  axis: axes().default(-1),
  /** Added to the mean square; default 1e-6. */
  epsilon: number({ min: 0 }).default(1e-6),
};

/**
 * x / √(mean(x²) + epsilon) · scale over some axes. Output shaped as the input; weights scale, shaped as those axes.
 * @see Zhang and Sennrich, arXiv:1910.07467
 */
export class RMSNormalization extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'RMSNormalization';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  private scale!: Weight;

  private axesOf(rank: number): number[] {
    return axesOf(this.describe(), this.options.axis, rank);
  }

  override build(shape: SymbolicShape): void {
    this.scale = this.addWeight(
      'scale',
      this.axesOf(shape.length).map((axis) => shape[axis]),
      'ones',
    );
  }

  override call(x: Tensor): Tensor {
    const axes = this.axesOf(x.rank);
    const inverse = rsqrt(add(mean(square(x), axes, true), this.options.epsilon));
    const shape = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    return mul(mul(x, inverse), reshape(this.scale.read(), shape));
  }
}
