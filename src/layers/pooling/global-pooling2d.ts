import { boolean } from '../../base/options.js';
import { max, mean } from '../../ops/reductions.js';
import type { Tensor } from '../../tensor/tensor.js';
import { ImageLayer } from '../base/image-layer.js';
import { images } from '../base/input-checks.js';

const OPTIONS = {
  /** Whether to keep height and width as axes of 1; default false. */
  keepDims: boolean().default(false),
};

/** The largest value of each channel. Input [batch, height, width, channels], output [batch, channels]. */
export class GlobalMaxPooling2D extends ImageLayer<typeof OPTIONS> {
  static override readonly className = 'GlobalMaxPooling2D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    return max(images(x), [1, 2], this.options.keepDims);
  }
}

/** The mean of each channel. Input [batch, height, width, channels], output [batch, channels]. */
export class GlobalAveragePooling2D extends ImageLayer<typeof OPTIONS> {
  static override readonly className = 'GlobalAveragePooling2D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    return mean(images(x), [1, 2], this.options.keepDims);
  }
}
