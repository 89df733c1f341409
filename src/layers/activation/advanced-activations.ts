import { rememberLogits } from '../../activations/logits.js';
import type { Rectifier } from '../../backends/kernels.js';
import { integer, number } from '../../base/options.js';
import { elu, leakyRelu, relu, relu6 } from '../../ops/activations.js';
import { minimum, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { greater, greaterEqual, where } from '../../ops/comparison.js';
import { softmax } from '../../ops/softmax.js';
import { clipByValue } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axisOf } from '../base/input-checks.js';
import { UnaryLayer } from '../base/unary-layer.js';

const slope = () => number({ min: 0 });

const RELU = {
  /** Largest output; default none. */
  maxValue: slope().nullable().default(null),
  /** Slope below the threshold; default 0. */
  negativeSlope: slope().default(0),
  /** Default 0. */
  threshold: number().default(0),
};

/** x from the threshold on, at most maxValue; negativeSlope · (x − threshold) below it. */
export class ReLU extends UnaryLayer<typeof RELU> {
  static override readonly className = 'ReLU';
  static override readonly options = RELU;
  override readonly supportsMasking = true;

  override call(x: Tensor): Tensor {
    const { maxValue, negativeSlope, threshold } = this.options;
    if (threshold === 0 && negativeSlope === 0) {
      if (maxValue === null) return relu(x);
      return maxValue === 6 ? relu6(x) : clipByValue(x, 0, maxValue);
    }
    const open =
      threshold === 0
        ? leakyRelu(x, negativeSlope)
        : where(greaterEqual(x, threshold), x, mul(sub(x, threshold), negativeSlope));
    return maxValue === null ? open : minimum(open, maxValue);
  }

  override get asTail(): Rectifier | null {
    const { maxValue, negativeSlope, threshold } = this.options;
    if (this.constructor !== ReLU || threshold !== 0 || negativeSlope !== 0) return null;
    return maxValue === null ? 'relu' : maxValue === 6 ? 'relu6' : null;
  }
}

const LEAKY_RELU = {
  /** The negative slope by tfjs's name. */
  alpha: slope()
    .optional()
    .inConfig(() => undefined),
  /** Slope left of zero; default 0.3. */
  negativeSlope: slope().defaultFrom(({ alpha }) => alpha ?? 0.3),
};

/** x right of zero, negativeSlope · x left of it. @see Maas, Hannun and Ng, ICML 2013 */
export class LeakyReLU extends UnaryLayer<typeof LEAKY_RELU> {
  static override readonly className = 'LeakyReLU';
  static override readonly options = LEAKY_RELU;
  override readonly supportsMasking = true;

  override call(x: Tensor): Tensor {
    return leakyRelu(x, this.options.negativeSlope);
  }
}

const ELU_OPTIONS = {
  /** Limit of −output far left; default 1. */
  alpha: slope().default(1),
};

/** x right of zero, alpha · (eˣ − 1) left of it. @see Clevert et al., arXiv:1511.07289 */
export class ELU extends UnaryLayer<typeof ELU_OPTIONS> {
  static override readonly className = 'ELU';
  static override readonly options = ELU_OPTIONS;
  override readonly supportsMasking = true;

  override call(x: Tensor): Tensor {
    return elu(x, this.options.alpha);
  }
}

const THRESHOLDED_RELU = {
  /** Default 1. */
  theta: slope().default(1),
};

/** x above theta, 0 elsewhere. @see Konda, Memisevic and Krueger, arXiv:1402.3337 */
export class ThresholdedReLU extends UnaryLayer<typeof THRESHOLDED_RELU> {
  static override readonly className = 'ThresholdedReLU';
  static override readonly options = THRESHOLDED_RELU;
  override readonly supportsMasking = true;

  protected override get takesFloats(): boolean {
    return true;
  }

  override call(x: Tensor): Tensor {
    return mul(x, cast(greater(x, this.options.theta), x.dtype));
  }
}

const SOFTMAX = {
  /** Default −1. */
  axis: integer().default(-1),
};

/** eˣ / Σ eˣ along an axis. */
export class Softmax extends UnaryLayer<typeof SOFTMAX> {
  static override readonly className = 'Softmax';
  static override readonly options = SOFTMAX;
  override readonly supportsMasking = true;

  protected override get takesFloats(): boolean {
    return true;
  }

  override call(x: Tensor): Tensor {
    const { axis } = this.options;
    const y = softmax(x, axis);
    // Cross-entropies read classes from the last axis.
    return axisOf(this.describe(), axis, x.rank) === x.rank - 1 ? rememberLogits(y, x, 'softmax') : y;
  }
}
