import { accept, number } from '../../base/options.js';
import { localResponseNormalization } from '../../ops/local-response-normalization.js';
import type { Tensor } from '../../tensor/tensor.js';
import { images } from '../base/input-checks.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Number of neighbouring channels in the sum, with the channel itself in the middle; odd, default 5. */
  n: accept<number>('an odd number ≥ 1', (value) => Number.isSafeInteger(value) && Number(value) % 2 === 1).default(5),
  /** Default 1e-4. */
  alpha: number({ min: 0 }).default(1e-4),
  /** Default 0.75. */
  beta: number().default(0.75),
  /** Default 2. */
  k: number().default(2),
};

/**
 * Divides each value by (k + alpha · Σ x² over n neighboring channels)^beta.
 * Input and output [batch, height, width, channels].
 * @see Krizhevsky, Sutskever and Hinton, NIPS 2012, section 3.3, whose constants are the defaults
 */
export class LocalResponseNormalization extends UnaryLayer<typeof OPTIONS> {
  protected override get takesFloats(): boolean {
    return true;
  }

  /** The name that Keras code of the time gave it. */
  static override readonly className = 'LRN2D';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    const { n, k, alpha, beta } = this.options;
    return localResponseNormalization(images(x), (n - 1) / 2, k, alpha, beta);
  }
}
