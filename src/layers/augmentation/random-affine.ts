import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, finiteNumber, type ImageLayout, oneOf, onlyFloatImages } from '../base/options.js';
import { SeedSequence } from '../base/seed-sequence.js';
import { drawFrom, type Factor, factorRange } from './random-range.js';
import { type Affine, FILL_MODES, type FillMode, type Sampling, sampleImages } from './sample-images.js';

export interface RandomAffineOptions extends LayerOptions, ImageLayout {
  /** What lies beyond the border; default `'reflect'`. */
  readonly fillMode?: FillMode;
  /** Default `'bilinear'`. */
  readonly interpolation?: 'nearest' | 'bilinear';
  /** For fillMode `'constant'`; default 0. */
  readonly fillValue?: number;
  readonly seed?: number | null;
}

/** In training, reads each image through a random affine map; else passes its input on. [batch, height, width, channels]. */
abstract class RandomAffine extends Layer {
  private readonly sampling: Sampling;
  protected readonly seeds: SeedSequence;

  constructor(options: RandomAffineOptions) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.sampling = {
      fillMode: oneOf(caller, 'fillMode', options.fillMode ?? 'reflect', FILL_MODES),
      interpolation: oneOf(caller, 'interpolation', options.interpolation ?? 'bilinear', ['nearest', 'bilinear']),
      fillValue: finiteNumber(caller, 'fillValue', options.fillValue ?? 0),
    };
    this.seeds = new SeedSequence(caller, options.seed);
  }

  /** One map an image. */
  protected abstract draw(batch: number, height: number, width: number): Affine[];

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyFloatImages(inputs);
    const [batch, height, width] = x.shape;
    return training ? sampleImages(x, this.draw(batch, height, width), this.sampling) : x;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), ...this.sampling, seed: this.seeds.seed, dataFormat: 'channels_last' };
  }
}

export interface RandomRotationOptions extends RandomAffineOptions {
  /** Share of a full turn, counter-clockwise: 0.1 turns by up to ±36°. */
  readonly factor: Factor;
}

/** In training, turns each image about its centre. */
export class RandomRotation extends RandomAffine {
  static override readonly className = 'RandomRotation';

  private readonly factor: [number, number];

  constructor(options: RandomRotationOptions) {
    super(options);
    this.factor = factorRange(this.describe(), 'factor', options.factor, -1, 1);
  }

  protected override draw(batch: number, height: number, width: number): Affine[] {
    const x = (width - 1) / 2;
    const y = (height - 1) / 2;
    return drawFrom(this.factor, batch, this.seeds.next()).map((turn): Affine => {
      const cos = Math.cos(2 * Math.PI * turn);
      const sin = Math.sin(2 * Math.PI * turn);
      return [cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y];
    });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), factor: this.factor };
  }
}

export interface RandomTranslationOptions extends RandomAffineOptions {
  /** Share of the height; positive moves images down. */
  readonly heightFactor: Factor;
  /** Share of the width; positive moves images to the right. */
  readonly widthFactor: Factor;
}

/** In training, shifts each image. */
export class RandomTranslation extends RandomAffine {
  static override readonly className = 'RandomTranslation';

  private readonly heightFactor: [number, number];
  private readonly widthFactor: [number, number];

  constructor(options: RandomTranslationOptions) {
    super(options);
    this.heightFactor = factorRange(this.describe(), 'heightFactor', options.heightFactor, -1, 1);
    this.widthFactor = factorRange(this.describe(), 'widthFactor', options.widthFactor, -1, 1);
  }

  protected override draw(batch: number, height: number, width: number): Affine[] {
    const down = drawFrom(this.heightFactor, batch, this.seeds.next());
    const right = drawFrom(this.widthFactor, batch, this.seeds.next());
    return down.map((share, image): Affine => [1, 0, -right[image] * width, 0, 1, -share * height]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }
}

export interface RandomZoomOptions extends RandomAffineOptions {
  /** Growth of the part that is seen: positive zooms out, negative in. */
  readonly heightFactor: Factor;
  /** Default: as the height, so that nothing is distorted. */
  readonly widthFactor?: Factor | null;
}

/** In training, zooms each image about its centre. */
export class RandomZoom extends RandomAffine {
  static override readonly className = 'RandomZoom';

  private readonly heightFactor: [number, number];
  private readonly widthFactor: [number, number] | null;

  constructor(options: RandomZoomOptions) {
    super(options);
    const range = (name: string, factor: Factor) =>
      factorRange(this.describe(), name, factor, -1, Number.POSITIVE_INFINITY);
    this.heightFactor = range('heightFactor', options.heightFactor);
    this.widthFactor = options.widthFactor == null ? null : range('widthFactor', options.widthFactor);
  }

  protected override draw(batch: number, height: number, width: number): Affine[] {
    const tall = drawFrom(this.heightFactor, batch, this.seeds.next());
    const wide = this.widthFactor ? drawFrom(this.widthFactor, batch, this.seeds.next()) : tall;
    return tall.map((growth, image): Affine => {
      const x = 1 + wide[image];
      const y = 1 + growth;
      return [x, 0, ((width - 1) / 2) * (1 - x), 0, y, ((height - 1) / 2) * (1 - y)];
    });
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), heightFactor: this.heightFactor, widthFactor: this.widthFactor };
  }
}
