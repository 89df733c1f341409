import { positiveInteger } from '../../base/options.js';
import { uniformValues } from '../../tensor/random.js';
import type { Tensor } from '../../tensor/tensor.js';
import { floatImages } from '../base/input-checks.js';
import type { CallOptions } from '../base/layer.js';
import { cropImages, interpolation, resizeCropped, resizeImages } from '../preprocessing/resize-images.js';
import { RandomLayer } from './random-layer.js';
import { drawFrom, factor } from './random-range.js';

const CROP_OPTIONS = {
  /** Height of the output in pixels. */
  height: positiveInteger(),
  /** Width of the output in pixels. */
  width: positiveInteger(),
};

/**
 * In training, crops the images of a batch at one random place. In inference, and where images are too small, takes the
 * largest part in the middle that has the proportions, resized.
 * Input [batch, anyHeight, anyWidth, channels], output [batch, height, width, channels], floats.
 */
export class RandomCrop extends RandomLayer<typeof CROP_OPTIONS> {
  static override readonly className = 'RandomCrop';
  static override readonly options = CROP_OPTIONS;

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const images = floatImages(x);
    const { height, width } = this.options;
    const fits = images.shape[1] >= height && images.shape[2] >= width;
    return training && fits ? this.augment(images) : resizeCropped(images, [height, width], 'bilinear');
  }

  protected override augment(x: Tensor): Tensor {
    const { height, width } = this.options;
    const [down, right] = uniformValues(2, this.seeds.next());
    const top = Math.floor(down * (x.shape[1] - height + 1));
    const left = Math.floor(right * (x.shape[2] - width + 1));
    return cropImages(x, top, left, height, width);
  }
}

const WIDTH_OPTIONS = {
  /** Relative change of the width: 0.2 for 80% to 120%. */
  factor: factor(-1, Number.POSITIVE_INFINITY),
  /** Default `'bilinear'`. */
  interpolation: interpolation().default('bilinear'),
};

/**
 * In training, resizes the images of a batch to one random width; else returns its input. [batch, height, width,
 * channels].
 */
export class RandomWidth extends RandomLayer<typeof WIDTH_OPTIONS> {
  static override readonly className = 'RandomWidth';
  static override readonly options = WIDTH_OPTIONS;

  protected override augment(x: Tensor): Tensor {
    const { factor, interpolation } = this.options;
    const [growth] = drawFrom(factor, 1, this.seeds.next());
    const width = Math.max(1, Math.floor(x.shape[2] * (1 + growth)));
    return resizeImages(x, [x.shape[1], width], interpolation);
  }
}
