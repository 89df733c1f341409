import { ValueError } from '../tensor/errors.js';
import { add, mul } from '../tensor/ops/arithmetic.js';
import { conv2d } from '../tensor/ops/conv2d.js';
import { ones } from '../tensor/ops/creation.js';
import { pow } from '../tensor/ops/power.js';
import { reshape } from '../tensor/ops/reshape.js';
import { square } from '../tensor/ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions } from './layer.js';
import { finiteNumber, notNegative, onlyImages, positiveInteger } from './options.js';

export interface LocalResponseNormalizationOptions extends LayerOptions {
  /** How many neighbouring channels count, itself in the middle; odd, default 5. */
  readonly n?: number;
  /** Default 1e-4. */
  readonly alpha?: number;
  /** Default 0.75. */
  readonly beta?: number;
  /** Default 2. */
  readonly k?: number;
}

/**
 * Divides each value by (k + alpha · Σ x² over n neighbouring channels)^beta.
 * Input and output [batch, height, width, channels].
 * @see Krizhevsky, Sutskever and Hinton, NIPS 2012, section 3.3, whose constants are the defaults
 */
export class LocalResponseNormalization extends Layer {
  /** The name that Keras code of the time gave it. */
  static override readonly className = 'LRN2D';

  private readonly n: number;
  private readonly alpha: number;
  private readonly beta: number;
  private readonly k: number;

  constructor(options: LocalResponseNormalizationOptions = {}) {
    super(options);
    const where = this.describe();
    this.n = positiveInteger(where, 'n', options.n ?? 5);
    if (this.n % 2 === 0) throw new ValueError(`${where}: n is ${this.n}, expected an odd number`);
    this.alpha = notNegative(where, 'alpha', options.alpha ?? 1e-4);
    this.beta = finiteNumber(where, 'beta', options.beta ?? 0.75);
    this.k = notNegative(where, 'k', options.k ?? 2);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyImages(inputs);
    const [batch, height, width, channels] = x.shape;
    // Sums over neighbouring channels are a convolution along them with a filter of ones.
    const rows = reshape(square(x), [batch, height * width, channels, 1]);
    const sums = reshape(conv2d(rows, ones([1, this.n, 1, 1], x.dtype), 1, 'same'), x.shape);
    return mul(x, pow(add(mul(sums, this.alpha), this.k), -this.beta));
  }

  override getConfig(): Record<string, unknown> {
    const { n, alpha, beta, k } = this;
    return { ...super.getConfig(), n, alpha, beta, k };
  }
}
