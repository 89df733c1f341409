import { uniformValues } from '../../tensor/random.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, type ImageLayout, oneOf, onlyFloatImages, positiveInteger } from '../base/options.js';
import { SeedSequence } from '../base/seed-sequence.js';
import {
  cropImages,
  INTERPOLATIONS,
  type Interpolation,
  resizeCropped,
  resizeImages,
} from '../preprocessing/image-size.js';
import { drawFrom, type Factor, factorRange } from './random-range.js';

export interface RandomCropOptions extends LayerOptions, ImageLayout {
  readonly height: number;
  readonly width: number;
  readonly seed?: number | null;
}

/**
 * In training, cuts the images of a batch at one random place. In inference, and where images are too small, the largest
 * part in the middle that has the proportions, resized.
 * Input [batch, anyHeight, anyWidth, channels], output [batch, height, width, channels], floats.
 */
export class RandomCrop extends Layer {
  static override readonly className = 'RandomCrop';

  private readonly size: [number, number];
  private readonly seeds: SeedSequence;

  constructor(options: RandomCropOptions) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.size = [positiveInteger(caller, 'height', options.height), positiveInteger(caller, 'width', options.width)];
    this.seeds = new SeedSequence(caller, options.seed);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyFloatImages(inputs);
    const [height, width] = this.size;
    const rows = x.shape[1] - height;
    const columns = x.shape[2] - width;
    if (!training || rows < 0 || columns < 0) return resizeCropped(x, this.size, 'bilinear');
    const [down, right] = uniformValues(2, this.seeds.next());
    return cropImages(x, Math.floor(down * (rows + 1)), Math.floor(right * (columns + 1)), height, width);
  }

  override getConfig(): Record<string, unknown> {
    const [height, width] = this.size;
    return { ...super.getConfig(), height, width, seed: this.seeds.seed, dataFormat: 'channels_last' };
  }
}

export interface RandomWidthOptions extends LayerOptions {
  /** Growth of the width: 0.2 for 80% to 120% of it. */
  readonly factor: Factor;
  /** Default `'bilinear'`. */
  readonly interpolation?: Interpolation;
  readonly seed?: number | null;
}

/** In training, brings the images of a batch to one random width; else passes its input on. [batch, height, width, channels]. */
export class RandomWidth extends Layer {
  static override readonly className = 'RandomWidth';

  private readonly factor: [number, number];
  private readonly interpolation: Interpolation;
  private readonly seeds: SeedSequence;

  constructor(options: RandomWidthOptions) {
    super(options);
    const caller = this.describe();
    this.factor = factorRange(caller, 'factor', options.factor, -1, Number.POSITIVE_INFINITY);
    this.interpolation = oneOf(caller, 'interpolation', options.interpolation ?? 'bilinear', INTERPOLATIONS);
    this.seeds = new SeedSequence(caller, options.seed);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyFloatImages(inputs);
    if (!training) return x;
    const [growth] = drawFrom(this.factor, 1, this.seeds.next());
    const width = Math.max(1, Math.floor(x.shape[2] * (1 + growth)));
    return resizeImages(x, [x.shape[1], width], this.interpolation);
  }

  override getConfig(): Record<string, unknown> {
    const { factor, interpolation, seeds } = this;
    return { ...super.getConfig(), factor, interpolation, seed: seeds.seed };
  }
}
