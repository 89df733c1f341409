import { ValueError } from '../../base/errors.js';
import type { Pair } from '../../base/geometry.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import {
  assertChannelsLast,
  finiteNumber,
  type ImageLayout,
  oneOf,
  onlyFloatImages,
  onlyImages,
  positiveInteger,
  positivePair,
} from '../base/options.js';
import {
  cropImages,
  INTERPOLATIONS,
  type Interpolation,
  PIXEL_CENTERS,
  type PixelCentersName,
  resizeCropped,
  resizeImages,
  resizePadded,
} from './image-size.js';

export interface UpSampling2DOptions extends LayerOptions, ImageLayout {
  /** How many times the height and the width grow; default 2. */
  readonly size?: Pair;
  /** Default `'nearest'`. */
  readonly interpolation?: Interpolation;
  /** Where pixels lie; default `'half'`, as in Keras 3. For models of tfjs and early Keras: `'corner'`, `'aligned'`. */
  readonly pixelCenters?: PixelCentersName;
}

/** Keras 3 knows half pixels alone: it refuses the option, so that it does not compute something else. */
const unlessHalf = (pixelCenters: PixelCentersName) => (pixelCenters === 'half' ? {} : { pixelCenters });

/** Images some times as large. Input [batch, height, width, channels], output [batch, height · size, width · size, channels]. */
export class UpSampling2D extends Layer {
  static override readonly className = 'UpSampling2D';

  private readonly size: [number, number];
  private readonly interpolation: Interpolation;
  private readonly pixelCenters: PixelCentersName;

  constructor(options: UpSampling2DOptions = {}) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.size = positivePair(caller, 'size', options.size ?? 2);
    this.interpolation = oneOf(caller, 'interpolation', options.interpolation ?? 'nearest', INTERPOLATIONS);
    this.pixelCenters = oneOf(caller, 'pixelCenters', options.pixelCenters ?? 'half', PIXEL_CENTERS);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyImages(inputs);
    const size = [x.shape[1] * this.size[0], x.shape[2] * this.size[1]] as const;
    return resizeImages(x, size, this.interpolation, this.pixelCenters);
  }

  override getConfig(): Record<string, unknown> {
    const { size, interpolation, pixelCenters } = this;
    const own = { size, dataFormat: 'channels_last', interpolation };
    return { ...super.getConfig(), ...own, ...unlessHalf(pixelCenters) };
  }
}

export interface ResizingOptions extends LayerOptions, ImageLayout {
  readonly height: number;
  readonly width: number;
  /** Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  /** Cuts images to the proportions first, in the middle; default false. */
  readonly cropToAspectRatio?: boolean;
  /** Puts a border around images to bring them to the proportions first; default false. */
  readonly padToAspectRatio?: boolean;
  /** Of the border; default 0. */
  readonly fillValue?: number;
  /** Where pixels lie; default `'half'`, as in Keras 3. For models of tfjs and early Keras: `'corner'`, `'aligned'`. */
  readonly pixelCenters?: PixelCentersName;
}

/** Images at one size. Input [batch, anyHeight, anyWidth, channels], output [batch, height, width, channels], floats. */
export class Resizing extends Layer {
  static override readonly className = 'Resizing';

  private readonly size: [number, number];
  private readonly interpolation: Interpolation;
  private readonly pixelCenters: PixelCentersName;
  private readonly cropToAspectRatio: boolean;
  private readonly padToAspectRatio: boolean;
  private readonly fillValue: number;

  constructor(options: ResizingOptions) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.size = [positiveInteger(caller, 'height', options.height), positiveInteger(caller, 'width', options.width)];
    this.interpolation = oneOf(caller, 'interpolation', options.interpolation ?? 'bilinear', INTERPOLATIONS);
    this.pixelCenters = oneOf(caller, 'pixelCenters', options.pixelCenters ?? 'half', PIXEL_CENTERS);
    this.cropToAspectRatio = options.cropToAspectRatio ?? false;
    this.padToAspectRatio = options.padToAspectRatio ?? false;
    this.fillValue = finiteNumber(caller, 'fillValue', options.fillValue ?? 0);
    if (this.cropToAspectRatio && this.padToAspectRatio) {
      throw new ValueError(`${caller}: cropToAspectRatio and padToAspectRatio are both true, expected one of them`);
    }
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyImages(inputs);
    if (this.cropToAspectRatio) return resizeCropped(x, this.size, this.interpolation);
    if (this.padToAspectRatio) return resizePadded(x, this.size, this.interpolation, this.fillValue);
    return resizeImages(x, this.size, this.interpolation, this.pixelCenters);
  }

  override getConfig(): Record<string, unknown> {
    const { size, interpolation, cropToAspectRatio, padToAspectRatio, fillValue } = this;
    const [height, width] = size;
    return {
      ...super.getConfig(),
      ...{ height, width, interpolation, cropToAspectRatio, padToAspectRatio, fillValue },
      ...unlessHalf(this.pixelCenters),
      dataFormat: 'channels_last',
    };
  }
}

export interface CenterCropOptions extends LayerOptions, ImageLayout {
  readonly height: number;
  readonly width: number;
}

/**
 * The middle of images; images that are too small are cut to the proportions and enlarged.
 * Input [batch, anyHeight, anyWidth, channels], output [batch, height, width, channels], floats.
 */
export class CenterCrop extends Layer {
  static override readonly className = 'CenterCrop';

  private readonly size: [number, number];

  constructor(options: CenterCropOptions) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.size = [positiveInteger(caller, 'height', options.height), positiveInteger(caller, 'width', options.width)];
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyFloatImages(inputs);
    const [height, width] = this.size;
    const top = Math.floor((x.shape[1] - height) / 2);
    const left = Math.floor((x.shape[2] - width) / 2);
    return top >= 0 && left >= 0 ? cropImages(x, top, left, height, width) : resizeCropped(x, this.size, 'bilinear');
  }

  override getConfig(): Record<string, unknown> {
    const [height, width] = this.size;
    return { ...super.getConfig(), height, width, dataFormat: 'channels_last' };
  }
}
