import { currentBackend } from '../../backends/registry.js';
import { boolean, fraction, option } from '../../base/options.js';
import { type BatchNormTail, batchNormTrainingWithTail, batchNormWithTail } from '../../ops/batch-norm.js';
import { ones, zeros } from '../../ops/creation.js';
import { transpose } from '../../ops/transpose.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axisOf } from '../base/input-checks.js';
import type { CallOptions } from '../base/layer.js';
import { ownResults } from '../base/own-results.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { initializer } from '../base/weight-options.js';
import { AffineNormalization } from './affine-normalization.js';
import { followMoments } from './moving-moments.js';
import { synchronizedBatchNorm } from './synchronized-batch-norm.js';

const OPTIONS = {
  /** The axis that keeps separate statistics; default −1, the channels. */
  axis: option<number, number | readonly [number]>({
    expected: 'an integer',
    // Keras 2 writes the axis as a list of one.
    read: (value) => {
      const [axis, ...others] = [value].flat();
      return Number.isSafeInteger(axis) && others.length === 0 ? (axis as number) : undefined;
    },
  }).default(-1),
  /** Fraction of the moving statistics that is kept at each step; default 0.99. */
  momentum: fraction().default(0.99),
  /**
   * Whether training on several processes normalizes with the statistics of the whole batch instead of those of each
   * process's rows; default false.
   */
  synchronized: boolean()
    .default(false)
    .inConfig((value) => value || undefined),
  /** Default zeros. */
  movingMeanInitializer: initializer().default('zeros'),
  /** Default ones. */
  movingVarianceInitializer: initializer().default('ones'),
};

const NO_TAIL: BatchNormTail = { activation: null };

/**
 * (x − mean) / √(variance + epsilon) · gamma + beta. In training the statistics are the batch's, and the moving ones
 * follow: moving ← moving · momentum + batch · (1 − momentum), the variance biased; else the moving ones are used. A
 * frozen layer never trains. Input and output [batch, ..., channels]; weights gamma, beta, moving_mean,
 * moving_variance, each [channels].
 * @see Ioffe and Szegedy, arXiv:1502.03167
 */
export class BatchNormalization extends AffineNormalization<typeof OPTIONS> {
  static override readonly className = 'BatchNormalization';
  static override readonly options = OPTIONS;

  private movingMean!: Weight;
  private movingVariance!: Weight;
  /** Whether the channels are the last axis of the inputs that the layer was built for. */
  private normalizesLast = false;

  override build(inputShape: SymbolicShape): void {
    const axis = axisOf(this.describe(), this.options.axis, inputShape.length);
    const shape = [inputShape[axis]];
    this.normalizesLast = axis === inputShape.length - 1;
    this.addGammaAndBeta(shape);
    this.movingMean = this.addWeightFrom('movingMean', shape, 'moving_mean', false);
    this.movingVariance = this.addWeightFrom('movingVariance', shape, 'moving_variance', false);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const axis = axisOf(this.describe(), this.options.axis, x.rank);
    const last = x.rank - 1;
    if (axis === last) return this.normalize(x, !!training, NO_TAIL);
    // Swapping two axes is its own inverse.
    const swap = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
    return transpose(this.normalize(transpose(x, swap), !!training, NO_TAIL), swap);
  }

  override get applyWithTail(): ((x: Tensor, tail: BatchNormTail, options: CallOptions) => Tensor) | null {
    // Subclasses may compute something else, and other axes than the last are brought there by transposing.
    if (this.constructor !== BatchNormalization || !this.normalizesLast) return null;
    return (x, tail, { training }) =>
      this.named(() => tidy(() => ownResults(this.normalize(x, !!training, tail)) as Tensor));
  }

  /** @param x [..., channels] */
  private normalize(x: Tensor, training: boolean, tail: BatchNormTail): Tensor {
    const { shape } = this.movingMean;
    const { epsilon, synchronized } = this.options;
    const gamma = this.gamma?.read() ?? ones(shape, this.dtype);
    const beta = this.beta?.read() ?? zeros(shape, this.dtype);
    if (!training || !this.trainable) {
      const [mean, variance] = [this.movingMean.read(), this.movingVariance.read()];
      return batchNormWithTail(x, mean, variance, beta, gamma, epsilon, tail);
    }
    const normalized = synchronized ? synchronizedBatchNorm : batchNormTrainingWithTail;
    const { y, moments } = normalized(x, gamma, beta, epsilon, tail);
    if (!currentBackend().dataless) {
      followMoments(this.movingMean.variable, this.movingVariance.variable, moments, this.options.momentum);
    }
    return y;
  }
}
