import { SELU_ALPHA, SELU_SCALE } from '../../base/selu.js';
import type { Shape } from '../../base/shape.js';
import { add, mul } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { greaterEqual } from '../../ops/comparison.js';
import { randomNormal, randomUniform } from '../../ops/random.js';
import type { Tensor } from '../../tensor/tensor.js';
import { fraction, notNegative } from '../base/options.js';
import { NoiseLayer, type NoiseLayerOptions } from './noise-layer.js';

export interface GaussianNoiseOptions extends NoiseLayerOptions {
  /** Standard deviation of the noise, in the input's unit. */
  readonly stddev: number;
}

/** In training, adds normal noise of mean 0; else passes its input on. */
export class GaussianNoise extends NoiseLayer {
  static override readonly className = 'GaussianNoise';

  private readonly stddev: number;

  constructor(options: GaussianNoiseOptions) {
    super(options);
    this.stddev = notNegative(this.describe(), 'stddev', options.stddev);
  }

  protected override get strength(): number {
    return this.stddev;
  }

  protected override alter(x: Tensor): Tensor {
    return add(x, randomNormal(x.shape, 0, this.stddev, x.dtype, this.seeds.next()));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), stddev: this.stddev };
  }
}

export interface GaussianDropoutOptions extends NoiseLayerOptions {
  /** The dropout rate whose variance the noise has, in [0, 1). */
  readonly rate: number;
}

/** In training, multiplies by normal noise of mean 1 and variance rate / (1 − rate). @see Srivastava et al., JMLR 15 (2014), section 10 */
export class GaussianDropout extends NoiseLayer {
  static override readonly className = 'GaussianDropout';

  private readonly rate: number;

  constructor(options: GaussianDropoutOptions) {
    super(options);
    this.rate = fraction(this.describe(), 'rate', options.rate);
  }

  protected override get strength(): number {
    return this.rate;
  }

  protected override alter(x: Tensor): Tensor {
    const deviation = Math.sqrt(this.rate / (1 - this.rate));
    return mul(x, randomNormal(x.shape, 1, deviation, x.dtype, this.seeds.next()));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate };
  }
}

export interface AlphaDropoutOptions extends NoiseLayerOptions {
  /** The share of values that are dropped, in [0, 1). */
  readonly rate: number;
  /** Shape of the mask; default the input's. */
  readonly noiseShape?: Shape | null;
}

/** The limit of selu towards −∞. */
const SELU_FLOOR = -SELU_SCALE * SELU_ALPHA;

/**
 * Dropout for networks of selu: dropped values go to selu's floor, and an affine map restores mean and variance.
 * @see Klambauer et al., arXiv:1706.02515
 */
export class AlphaDropout extends NoiseLayer {
  static override readonly className = 'AlphaDropout';

  private readonly rate: number;
  private readonly noiseShape: Shape | null;

  constructor(options: AlphaDropoutOptions) {
    super(options);
    this.rate = fraction(this.describe(), 'rate', options.rate);
    this.noiseShape = options.noiseShape ?? null;
  }

  protected override get strength(): number {
    return this.rate;
  }

  protected override alter(x: Tensor): Tensor {
    const { rate } = this;
    const uniform = randomUniform(this.noiseShape ?? x.shape, 0, 1, x.dtype, this.seeds.next());
    const kept = cast(greaterEqual(uniform, rate), x.dtype);
    const slope = 1 / Math.sqrt((1 - rate) * (1 + rate * SELU_FLOOR ** 2));
    const offset = -slope * SELU_FLOOR * rate;
    // x where kept, the floor elsewhere, then the affine map.
    const floor = add(mul(kept, -slope * SELU_FLOOR), slope * SELU_FLOOR + offset);
    return add(mul(mul(x, slope), kept), floor);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, noiseShape: this.noiseShape };
  }
}
