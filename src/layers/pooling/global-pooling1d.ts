import { boolean } from '../../base/options.js';
import { div, mul } from '../../ops/arithmetic.js';
import { sum } from '../../ops/broadcast.js';
import { cast } from '../../ops/cast.js';
import { max, mean } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import type { CallOptions } from '../base/layer.js';
import { firstMask, type Masks } from '../base/masks.js';
import { sequences } from '../base/sequences.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Leaves an axis of 1 for the steps; default false. */
  keepDims: boolean().default(false),
  /** Only `'channelsLast'`. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/** The largest value of each channel. Input [batch, steps, channels], output [batch, channels]. */
export class GlobalMaxPooling1D extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'GlobalMaxPooling1D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    return max(sequences(x), 1, this.options.keepDims);
  }
}

/** The mean of each channel over the steps that count. Input [batch, steps, channels], output [batch, channels]. */
export class GlobalAveragePooling1D extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'GlobalAveragePooling1D';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  override call(x: Tensor, options: CallOptions): Tensor {
    const mask = firstMask((options.mask as Masks | undefined) ?? null);
    const { keepDims } = this.options;
    if (!mask) return mean(sequences(x), 1, keepDims);
    const weights = cast(reshape(mask, [...mask.shape, 1]), x.dtype);
    return div(sum(mul(sequences(x), weights), 1, keepDims), sum(weights, 1, keepDims));
  }

  override computeMask(): null {
    return null;
  }
}
