import { ValueError } from '../../base/errors.js';
import { boolean, number, positiveInteger } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pair } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';
import { floatImages, images } from '../base/input-checks.js';
import { cropImages, interpolation, pixelCenters, resizeCropped, resizeImages, resizePadded } from './resize-images.js';

const UP_SAMPLING_OPTIONS = {
  /** Factors of the height and the width; default 2. */
  size: pair().default(2),
  /** Default `'nearest'`. */
  interpolation: interpolation().default('nearest'),
  /** Where pixels lie; default `'half'`, as in Keras 3. For models of tfjs and early Keras: `'corner'`, `'aligned'`. */
  pixelCenters: pixelCenters(),
};

/** Enlarged images. Input [batch, height, width, channels], output [batch, height · size, width · size, channels]. */
export class UpSampling2D extends ImageLayer<typeof UP_SAMPLING_OPTIONS> {
  static override readonly className = 'UpSampling2D';
  static override readonly options = UP_SAMPLING_OPTIONS;

  override call(x: Tensor): Tensor {
    const [, height, width] = images(x).shape;
    const { size, interpolation, pixelCenters } = this.options;
    return resizeImages(x, [height * size[0], width * size[1]], interpolation, pixelCenters);
  }
}

const SIZE = {
  /** Height of the output in pixels. */
  height: positiveInteger(),
  /** Width of the output in pixels. */
  width: positiveInteger(),
};

const RESIZING_OPTIONS = {
  ...SIZE,
  /** Default `'bilinear'`. */
  interpolation: interpolation().default('bilinear'),
  /** Whether to crop images to the proportions first, in the middle; default false. */
  cropToAspectRatio: boolean().default(false),
  /** Whether to pad images to the proportions first; default false. */
  padToAspectRatio: boolean().default(false),
  /** Value of the border; default 0. */
  fillValue: number().default(0),
  /** Where pixels lie; default `'half'`, as in Keras 3. For models of tfjs and early Keras: `'corner'`, `'aligned'`. */
  pixelCenters: pixelCenters(),
};

/**
 * Resizes images to one size. Input [batch, anyHeight, anyWidth, channels], output [batch, height, width, channels],
 * floats.
 */
export class Resizing extends ImageLayer<typeof RESIZING_OPTIONS> {
  static override readonly className = 'Resizing';
  static override readonly options = RESIZING_OPTIONS;

  protected override checkOptions(): void {
    if (!this.options.cropToAspectRatio || !this.options.padToAspectRatio) return;
    throw new ValueError(
      `${this.describe()}: cropToAspectRatio and padToAspectRatio are both true, expected one of them`,
    );
  }

  override call(x: Tensor): Tensor {
    const { height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillValue, pixelCenters } = this.options;
    images(x);
    if (cropToAspectRatio) return resizeCropped(x, [height, width], interpolation);
    if (padToAspectRatio) return resizePadded(x, [height, width], interpolation, fillValue);
    return resizeImages(x, [height, width], interpolation, pixelCenters);
  }
}

const CENTER_CROP_OPTIONS = { ...SIZE };

/**
 * Crops the middle of images; images that are too small are cropped to the proportions and enlarged.
 * Input [batch, anyHeight, anyWidth, channels], output [batch, height, width, channels], floats.
 */
export class CenterCrop extends ImageLayer<typeof CENTER_CROP_OPTIONS> {
  static override readonly className = 'CenterCrop';
  static override readonly options = CENTER_CROP_OPTIONS;

  override call(given: Tensor): Tensor {
    const x = floatImages(given);
    const { height, width } = this.options;
    const top = Math.floor((x.shape[1] - height) / 2);
    const left = Math.floor((x.shape[2] - width) / 2);
    if (top < 0 || left < 0) return resizeCropped(x, [height, width], 'bilinear');
    return cropImages(x, top, left, height, width);
  }
}
