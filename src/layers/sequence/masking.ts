import { number } from '../../base/options.js';
import { mul } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { notEqual } from '../../ops/comparison.js';
import { any } from '../../ops/reductions.js';
import type { Tensor } from '../../tensor/tensor.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Steps whose features all have this value do not count; default 0. */
  maskValue: number().default(0),
};

/**
 * Masks the steps of a sequence whose features all are `maskValue`, and sets these features to 0. Input and output
 * [batch, time, ...].
 */
export class Masking extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Masking';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;
  protected override readonly makesMasks = true;

  override call(x: Tensor): Tensor {
    return mul(x, cast(any(notEqual(x, this.options.maskValue), -1, true), x.dtype));
  }

  override computeMask(x: Tensor): Tensor {
    return any(notEqual(x, this.options.maskValue), -1);
  }
}
