import { ShapeError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sides } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';
import { images } from '../base/input-checks.js';

const OPTIONS = {
  /** Rows and columns to cut off: one number, [vertical, horizontal], or [[top, bottom], [left, right]]; default 0. */
  cropping: sides().default(0),
};

/**
 * Crops the border of images.
 * Input [batch, height, width, channels], output [batch, height − top − bottom, width − left − right, channels].
 */
export class Cropping2D extends ImageLayer<typeof OPTIONS> {
  static override readonly className = 'Cropping2D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    const { cropping } = this.options;
    const [[top, bottom], [left, right]] = cropping;
    const [batch, height, width, channels] = images(x).shape;
    if (top + bottom >= height || left + right >= width) {
      throw new ShapeError(`cropping ${JSON.stringify(cropping)} leaves nothing of the input ${formatShape(x.shape)}`);
    }
    return slice(x, [0, top, left, 0], [batch, height - top - bottom, width - left - right, channels]);
  }
}
