import { ValueError } from '../tensor/errors.js';
import { dropout } from '../tensor/ops/dropout.js';
import { formatShape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions, onlyTensor } from './layer.js';
import { assertChannelsLast, type ImageLayout, onlyImages, share } from './options.js';
import { SeedSequence } from './seed-sequence.js';

export interface DropoutOptions extends LayerOptions {
  /** The share of values that become 0, in [0, 1). */
  readonly rate: number;
  /** Shape of the mask, with the batch; null takes the input's size, axes of 1 drop together. */
  readonly noiseShape?: readonly (number | null)[] | null;
  /** Default: the stream of `setSeed`. */
  readonly seed?: number | null;
}

/**
 * In training, sets a random share of the values to 0 and scales the rest by 1 / (1 − rate); else passes its input on.
 * @see Srivastava et al., JMLR 15 (2014)
 */
export class Dropout extends Layer {
  static override readonly className: string = 'Dropout';

  protected readonly rate: number;
  private readonly noiseShape: readonly (number | null)[] | null;
  private readonly seeds: SeedSequence;

  constructor(options: DropoutOptions) {
    super(options);
    this.rate = share(this.describe(), 'rate', options.rate);
    this.noiseShape = options.noiseShape ?? null;
    this.seeds = new SeedSequence(this.describe(), options.seed);
  }

  /** Undefined: a mask of the input's own shape. */
  protected maskShape(x: Tensor): number[] | undefined {
    if (!this.noiseShape) return undefined;
    if (this.noiseShape.length !== x.rank) {
      throw new ValueError(
        `noiseShape is ${formatShape(this.noiseShape)}, expected ${x.rank} axes for x ${formatShape(x.shape)}`,
      );
    }
    return this.noiseShape.map((size, axis) => size ?? x.shape[axis]);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyTensor(inputs);
    return training && this.rate > 0 ? dropout(x, this.rate, this.maskShape(x), this.seeds.next()) : x;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seeds.seed, noiseShape: this.noiseShape };
  }
}

export interface SpatialDropout2DOptions extends LayerOptions, ImageLayout {
  /** The share of channels that become 0, in [0, 1). */
  readonly rate: number;
  readonly seed?: number | null;
}

/** Dropout of whole channels. Input and output [batch, height, width, channels]. @see Tompson et al., arXiv:1411.4280 */
export class SpatialDropout2D extends Dropout {
  static override readonly className = 'SpatialDropout2D';

  constructor(options: SpatialDropout2DOptions) {
    super(options);
    assertChannelsLast(this.describe(), options.dataFormat);
  }

  protected override maskShape(x: Tensor): number[] {
    const { shape } = onlyImages(x);
    return [shape[0], 1, 1, shape[3]];
  }

  override getConfig(): Record<string, unknown> {
    const { noiseShape, ...config } = super.getConfig();
    return { ...config, dataFormat: 'channels_last' };
  }
}
