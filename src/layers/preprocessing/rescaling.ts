import { anyOf, listOf, number } from '../../base/options.js';
import { add, mul } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { UnaryLayer } from '../base/unary-layer.js';

const numbers = () => anyOf(number(), listOf(number()));

const OPTIONS = {
  /** One number, or one per channel. */
  scale: numbers(),
  /** One number, or one per channel; default 0. */
  offset: numbers().default(0),
};

/** x · scale + offset: 1/255 scales bytes to [0, 1]. Output shaped as the input, floats. */
export class Rescaling extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Rescaling';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    const { scale, offset } = this.options;
    const scaled = mul(x, scale);
    return offset === 0 ? scaled : add(scaled, offset);
  }
}
