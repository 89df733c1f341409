import { add, mul } from '../tensor/ops/arithmetic.js';
import { cast } from '../tensor/ops/cast.js';
import { greaterEqual } from '../tensor/ops/comparison.js';
import { randomNormal, randomUniform } from '../tensor/ops/random.js';
import type { Shape } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions, onlyTensor } from './layer.js';
import { notNegative, share } from './options.js';
import { SeedSequence } from './seed-sequence.js';

export interface GaussianNoiseOptions extends LayerOptions {
  /** Standard deviation of the noise, in the input's unit. */
  readonly stddev: number;
  readonly seed?: number | null;
}

/** In training, adds normal noise of mean 0; else passes its input on. */
export class GaussianNoise extends Layer {
  static override readonly className = 'GaussianNoise';

  private readonly stddev: number;
  private readonly seeds: SeedSequence;

  constructor(options: GaussianNoiseOptions) {
    super(options);
    this.stddev = notNegative(this.describe(), 'stddev', options.stddev);
    this.seeds = new SeedSequence(this.describe(), options.seed);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyTensor(inputs);
    if (!training || this.stddev === 0) return x;
    return add(x, randomNormal(x.shape, 0, this.stddev, x.dtype, this.seeds.next()));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), stddev: this.stddev, seed: this.seeds.seed };
  }
}

export interface GaussianDropoutOptions extends LayerOptions {
  /** The dropout rate whose variance the noise has, in [0, 1). */
  readonly rate: number;
  readonly seed?: number | null;
}

/** In training, multiplies by normal noise of mean 1 and variance rate / (1 − rate). @see Srivastava et al., JMLR 15 (2014), section 10 */
export class GaussianDropout extends Layer {
  static override readonly className = 'GaussianDropout';

  private readonly rate: number;
  private readonly seeds: SeedSequence;

  constructor(options: GaussianDropoutOptions) {
    super(options);
    this.rate = share(this.describe(), 'rate', options.rate);
    this.seeds = new SeedSequence(this.describe(), options.seed);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyTensor(inputs);
    if (!training || this.rate === 0) return x;
    const deviation = Math.sqrt(this.rate / (1 - this.rate));
    return mul(x, randomNormal(x.shape, 1, deviation, x.dtype, this.seeds.next()));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, seed: this.seeds.seed };
  }
}

export interface AlphaDropoutOptions extends LayerOptions {
  /** The share of values that are dropped, in [0, 1). */
  readonly rate: number;
  /** Shape of the mask; default the input's. */
  readonly noiseShape?: Shape | null;
  readonly seed?: number | null;
}

/** What selu tends to far left: −scale · alpha of its definition. */
const SELU_FLOOR = -1.0507009873554805 * 1.6732632423543772;

/**
 * Dropout for networks of selu: dropped values go to selu's floor, and an affine map restores mean and variance.
 * @see Klambauer et al., arXiv:1706.02515
 */
export class AlphaDropout extends Layer {
  static override readonly className = 'AlphaDropout';

  private readonly rate: number;
  private readonly noiseShape: Shape | null;
  private readonly seeds: SeedSequence;

  constructor(options: AlphaDropoutOptions) {
    super(options);
    this.rate = share(this.describe(), 'rate', options.rate);
    this.noiseShape = options.noiseShape ?? null;
    this.seeds = new SeedSequence(this.describe(), options.seed);
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyTensor(inputs);
    const { rate } = this;
    if (!training || rate === 0) return x;
    const uniform = randomUniform(this.noiseShape ?? x.shape, 0, 1, x.dtype, this.seeds.next());
    const kept = cast(greaterEqual(uniform, rate), x.dtype);
    const slope = 1 / Math.sqrt((1 - rate) * (1 + rate * SELU_FLOOR ** 2));
    const offset = -slope * SELU_FLOOR * rate;
    // x where kept, the floor elsewhere, then the affine map.
    const floor = add(mul(kept, -slope * SELU_FLOOR), slope * SELU_FLOOR + offset);
    return add(mul(mul(x, slope), kept), floor);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), rate: this.rate, noiseShape: this.noiseShape, seed: this.seeds.seed };
  }
}
