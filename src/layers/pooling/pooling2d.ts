import { avgPool } from '../../ops/avg-pool.js';
import { maxPool } from '../../ops/max-pool.js';
import type { Tensor } from '../../tensor/tensor.js';
import { padding, pair } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';

const OPTIONS = {
  /** Size of the window: one number, or [height, width]; default 2. */
  poolSize: pair().default(2),
  /** Pixels from one window to the next; default the window's size. */
  strides: pair().defaultFrom(({ poolSize }) => poolSize ?? 2),
  /** Default `'valid'`. */
  padding: padding().default('valid'),
};

/**
 * The largest value of each window. Input [batch, height, width, channels], output [batch, outHeight, outWidth,
 * channels].
 */
export class MaxPooling2D extends ImageLayer<typeof OPTIONS> {
  static override readonly className = 'MaxPooling2D';
  static override readonly options = OPTIONS;

  protected override get takesFloats(): boolean {
    return true;
  }

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this.options;
    return maxPool(x, poolSize, strides, padding);
  }
}

/**
 * The mean of each window; padding does not count.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, channels].
 */
export class AveragePooling2D extends ImageLayer<typeof OPTIONS> {
  static override readonly className = 'AveragePooling2D';
  static override readonly options = OPTIONS;

  protected override get takesFloats(): boolean {
    return true;
  }

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this.options;
    return avgPool(x, poolSize, strides, padding);
  }
}
