import { number } from '../../base/options.js';
import { SELU_ALPHA, SELU_SCALE } from '../../base/selu.js';
import { add, mul } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { greaterEqual } from '../../ops/comparison.js';
import { randomNormal, randomUniform } from '../../ops/random.js';
import type { Tensor } from '../../tensor/tensor.js';
import { maskShape, NoiseLayer, noiseShape } from './noise-layer.js';

const NOISE_OPTIONS = {
  /** Standard deviation of the noise, in the input's unit. */
  stddev: number({ min: 0 }),
};

/** In training, adds normal noise with mean 0; else returns its input. */
export class GaussianNoise extends NoiseLayer<typeof NOISE_OPTIONS> {
  static override readonly className = 'GaussianNoise';
  static override readonly options = NOISE_OPTIONS;

  protected override alter(x: Tensor): Tensor {
    return add(x, randomNormal(x.shape, 0, this.options.stddev, x.dtype, this.seeds.next()));
  }
}

const DROPOUT_OPTIONS = {
  /** The dropout rate with the same variance as the noise, in [0, 1). */
  rate: number({ min: 0, below: 1 }),
};

/**
 * In training, multiplies by normal noise with mean 1 and variance rate / (1 − rate).
 * @see Srivastava et al., JMLR 15 (2014), section 10
 */
export class GaussianDropout extends NoiseLayer<typeof DROPOUT_OPTIONS> {
  static override readonly className = 'GaussianDropout';
  static override readonly options = DROPOUT_OPTIONS;

  protected override alter(x: Tensor): Tensor {
    const { rate } = this.options;
    return mul(x, randomNormal(x.shape, 1, Math.sqrt(rate / (1 - rate)), x.dtype, this.seeds.next()));
  }
}

const ALPHA_OPTIONS = {
  /** Fraction of values to drop, in [0, 1). */
  rate: number({ min: 0, below: 1 }),
  /** Shape of the mask, with the batch; default the input's. */
  noiseShape: noiseShape(),
};

/** The limit of selu towards −∞. */
const SELU_FLOOR = -SELU_SCALE * SELU_ALPHA;

/**
 * Dropout for networks with selu: dropped values become selu's limit, and an affine map restores mean and variance.
 * @see Klambauer et al., arXiv:1706.02515
 */
export class AlphaDropout extends NoiseLayer<typeof ALPHA_OPTIONS> {
  static override readonly className = 'AlphaDropout';
  static override readonly options = ALPHA_OPTIONS;

  protected override alter(x: Tensor): Tensor {
    const { rate, noiseShape } = this.options;
    const uniform = randomUniform(maskShape(noiseShape, x) ?? x.shape, 0, 1, x.dtype, this.seeds.next());
    const kept = cast(greaterEqual(uniform, rate), x.dtype);
    const slope = 1 / Math.sqrt((1 - rate) * (1 + rate * SELU_FLOOR ** 2));
    const offset = -slope * SELU_FLOOR * rate;
    // x where kept, the floor elsewhere, then the affine map.
    const floor = add(mul(kept, -slope * SELU_FLOOR), slope * SELU_FLOOR + offset);
    return add(mul(mul(x, slope), kept), floor);
  }
}
