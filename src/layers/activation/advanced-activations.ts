import { rememberLogits } from '../../activations/logits.js';
import { ValueError } from '../../base/errors.js';
import { elu, leakyRelu, relu, relu6 } from '../../ops/activations.js';
import { minimum, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { greater, greaterEqual, where as select } from '../../ops/comparison.js';
import { softmax } from '../../ops/softmax.js';
import { clipByValue } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { axisOf, finiteNumber, notNegative } from '../base/options.js';

export interface ReLUOptions extends LayerOptions {
  /** Where the output stops to rise; default nowhere. */
  readonly maxValue?: number | null;
  /** Slope below the threshold; default 0. */
  readonly negativeSlope?: number;
  /** Default 0. */
  readonly threshold?: number;
}

/** x from the threshold on, at most maxValue; negativeSlope · (x − threshold) below it. */
export class ReLU extends Layer {
  static override readonly className = 'ReLU';

  private readonly maxValue: number | null;
  private readonly negativeSlope: number;
  private readonly threshold: number;

  constructor(options: ReLUOptions = {}) {
    super(options);
    const caller = this.describe();
    this.maxValue = options.maxValue == null ? null : notNegative(caller, 'maxValue', options.maxValue);
    this.negativeSlope = notNegative(caller, 'negativeSlope', options.negativeSlope ?? 0);
    this.threshold = finiteNumber(caller, 'threshold', options.threshold ?? 0);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const { maxValue, negativeSlope, threshold } = this;
    if (threshold === 0 && negativeSlope === 0) {
      if (maxValue === null) return relu(x);
      return maxValue === 6 ? relu6(x) : clipByValue(x, 0, maxValue);
    }
    const open =
      threshold === 0
        ? leakyRelu(x, negativeSlope)
        : select(greaterEqual(x, threshold), x, mul(sub(x, threshold), negativeSlope));
    return maxValue === null ? open : minimum(open, maxValue);
  }

  override getConfig(): Record<string, unknown> {
    const { maxValue, negativeSlope, threshold } = this;
    return { ...super.getConfig(), maxValue, negativeSlope, threshold };
  }
}

export interface LeakyReLUOptions extends LayerOptions {
  /** Slope left of zero; default 0.3. */
  readonly negativeSlope?: number;
  /** The same by tfjs's name. */
  readonly alpha?: number;
}

/** x right of zero, negativeSlope · x left of it. @see Maas, Hannun and Ng, ICML 2013 */
export class LeakyReLU extends Layer {
  static override readonly className = 'LeakyReLU';

  private readonly negativeSlope: number;

  constructor(options: LeakyReLUOptions = {}) {
    super(options);
    this.negativeSlope = notNegative(this.describe(), 'negativeSlope', options.negativeSlope ?? options.alpha ?? 0.3);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return leakyRelu(onlyTensor(inputs), this.negativeSlope);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), negativeSlope: this.negativeSlope };
  }
}

export interface ELUOptions extends LayerOptions {
  /** What −output tends to far left; default 1. */
  readonly alpha?: number;
}

/** x right of zero, alpha · (eˣ − 1) left of it. @see Clevert et al., arXiv:1511.07289 */
export class ELU extends Layer {
  static override readonly className = 'ELU';

  private readonly alpha: number;

  constructor(options: ELUOptions = {}) {
    super(options);
    this.alpha = notNegative(this.describe(), 'alpha', options.alpha ?? 1);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return elu(onlyTensor(inputs), this.alpha);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), alpha: this.alpha };
  }
}

export interface ThresholdedReLUOptions extends LayerOptions {
  /** Default 1. */
  readonly theta?: number;
}

/** x above theta, 0 elsewhere. @see Konda, Memisevic and Krueger, arXiv:1402.3337 */
export class ThresholdedReLU extends Layer {
  static override readonly className = 'ThresholdedReLU';

  private readonly theta: number;

  constructor(options: ThresholdedReLUOptions = {}) {
    super(options);
    this.theta = notNegative(this.describe(), 'theta', options.theta ?? 1);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    return mul(x, cast(greater(x, this.theta), x.dtype));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), theta: this.theta };
  }
}

export interface SoftmaxOptions extends LayerOptions {
  /** Default −1. */
  readonly axis?: number;
}

/** eˣ / Σ eˣ along an axis. */
export class Softmax extends Layer {
  static override readonly className = 'Softmax';

  private readonly axis: number;

  constructor(options: SoftmaxOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
    if (!Number.isInteger(this.axis)) {
      throw new ValueError(`${this.describe()}: axis is ${String(this.axis)}, expected an integer`);
    }
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const y = softmax(x, this.axis);
    // Cross-entropies read classes from the last axis.
    return axisOf(this.describe(), this.axis, x.rank) === x.rank - 1 ? rememberLogits(y, x, 'softmax') : y;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
