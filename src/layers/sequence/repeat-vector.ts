import { ShapeError } from '../../base/errors.js';
import { positiveInteger } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Steps of the output. */
  n: positiveInteger(),
};

/** A vector at each of n steps: input [batch, features], output [batch, n, features]. */
export class RepeatVector extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'RepeatVector';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    if (x.rank !== 2) throw new ShapeError(`the input is ${formatShape(x.shape)}, expected [batch, features]`);
    const [batch, features] = x.shape;
    return broadcastTo(reshape(x, [batch, 1, features]), [batch, this.options.n, features]);
  }
}
