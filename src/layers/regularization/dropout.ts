import { ValueError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { dropout } from '../../ops/dropout.js';
import type { Tensor } from '../../tensor/tensor.js';
import { assertChannelsLast, fraction, type ImageLayout, onlyImages } from '../base/options.js';
import { NoiseLayer, type NoiseLayerOptions } from './noise-layer.js';

export interface DropoutOptions extends NoiseLayerOptions {
  /** The share of values that become 0, in [0, 1). */
  readonly rate: number;
  /** Shape of the mask, with the batch; null takes the input's size, axes of 1 drop together. */
  readonly noiseShape?: readonly (number | null)[] | null;
}

/**
 * In training, sets a random share of the values to 0 and scales the rest by 1 / (1 − rate); else passes its input on.
 * @see Srivastava et al., JMLR 15 (2014)
 */
export class Dropout extends NoiseLayer {
  static override readonly className: string = 'Dropout';

  private readonly rate: number;
  private readonly noiseShape: readonly (number | null)[] | null;

  constructor(options: DropoutOptions) {
    super(options);
    this.rate = fraction(this.describe(), 'rate', options.rate);
    this.noiseShape = options.noiseShape ?? null;
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

  protected override get strength(): number {
    return this.rate;
  }

  protected override alter(x: Tensor): Tensor {
    return dropout(x, this.rate, this.maskShape(x), this.seeds.next());
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, noiseShape: this.noiseShape };
  }
}

export interface SpatialDropout2DOptions extends NoiseLayerOptions, ImageLayout {
  /** The share of channels that become 0, in [0, 1). */
  readonly rate: number;
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
