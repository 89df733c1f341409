import { ValueError } from '../../base/errors.js';
import { localResponseNormalization } from '../../ops/local-response-normalization.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import { finiteNumber, notNegative, onlyImages, positiveInteger } from '../base/options.js';

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
    const caller = this.describe();
    this.n = positiveInteger(caller, 'n', options.n ?? 5);
    if (this.n % 2 === 0) throw new ValueError(`${caller}: n is ${this.n}, expected an odd number`);
    this.alpha = notNegative(caller, 'alpha', options.alpha ?? 1e-4);
    this.beta = finiteNumber(caller, 'beta', options.beta ?? 0.75);
    this.k = notNegative(caller, 'k', options.k ?? 2);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return localResponseNormalization(onlyImages(inputs), (this.n - 1) / 2, this.k, this.alpha, this.beta);
  }

  override getConfig(): Record<string, unknown> {
    const { n, alpha, beta, k } = this;
    return { ...super.getConfig(), n, alpha, beta, k };
  }
}
