import { avgPool } from '../../ops/avg-pool.js';
import { maxPool } from '../../ops/max-pool.js';
import type { Tensor } from '../../tensor/tensor.js';
import { padding, single } from '../base/common-options.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import { asRows, asSequences } from '../base/sequences.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Steps of the window; default 2. */
  poolSize: single().default(2),
  /** Steps from one window to the next; default the window's. */
  strides: single().defaultFrom(({ poolSize }) => poolSize ?? 2),
  /** Default `'valid'`. */
  padding: padding().default('valid'),
  /** Only `'channelsLast'`. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/** The largest value of each window. Input [batch, steps, channels], output [batch, outSteps, channels]. */
export class MaxPooling1D extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'MaxPooling1D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this.options;
    return asSequences(maxPool(asRows(x), [1, poolSize], [1, strides], padding));
  }
}

/**
 * The mean of each window; padding does not count. Input [batch, steps, channels], output [batch, outSteps, channels].
 */
export class AveragePooling1D extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'AveragePooling1D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this.options;
    return asSequences(avgPool(asRows(x), [1, poolSize], [1, strides], padding));
  }
}
