import { pad } from '../../ops/pad.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sides } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';
import { images } from '../base/input-checks.js';

const OPTIONS = {
  /** Rows and columns to add: one number, [vertical, horizontal], or [[top, bottom], [left, right]]; default 1. */
  padding: sides().default(1),
};

/**
 * Pads images with zeros.
 * Input [batch, height, width, channels], output [batch, height + top + bottom, width + left + right, channels].
 */
export class ZeroPadding2D extends ImageLayer<typeof OPTIONS> {
  static override readonly className = 'ZeroPadding2D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    return pad(images(x), [[0, 0], ...this.options.padding, [0, 0]]);
  }
}
