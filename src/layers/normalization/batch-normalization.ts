import { currentBackend } from '../../backends/registry.js';
import { add, mul } from '../../ops/arithmetic.js';
import { batchNorm, batchNormTraining } from '../../ops/batch-norm.js';
import { unstack } from '../../ops/concat.js';
import { ones, zeros } from '../../ops/creation.js';
import { withoutRecording } from '../../ops/op.js';
import { transpose } from '../../ops/transpose.js';
import { tidy } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type CallOptions, onlyTensor } from '../base/layer.js';
import { axisOf, fraction, singleShape } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';
import { AffineNormalization, type AffineNormalizationOptions } from './affine-normalization.js';

export interface BatchNormalizationOptions
  extends AffineNormalizationOptions,
    WeightChoices<'movingMean' | 'movingVariance'> {
  /** The axis that is not averaged over; default −1, the channels. */
  readonly axis?: number | readonly [number];
  /** How much of the moving statistics stays at each step; default 0.99. */
  readonly momentum?: number;
}

/**
 * (x − mean) / √(variance + epsilon) · gamma + beta. In training the statistics are the batch's, and the moving ones follow:
 * moving ← moving · momentum + batch · (1 − momentum), the variance biased; else the moving ones are used. A frozen
 * layer never trains.
 * Input and output [batch, ..., channels]; weights gamma, beta, moving_mean, moving_variance, each [channels].
 * @see Ioffe and Szegedy, arXiv:1502.03167
 */
export class BatchNormalization extends AffineNormalization {
  static override readonly className = 'BatchNormalization';

  private readonly axis: number;
  private readonly momentum: number;
  private readonly settings: Readonly<Record<'movingMean' | 'movingVariance', WeightSettings>>;
  private movingMean!: Weight;
  private movingVariance!: Weight;

  constructor(options: BatchNormalizationOptions = {}) {
    super(options);
    const caller = this.describe();
    // Keras 2 writes the axis as a list of one.
    this.axis = [options.axis ?? -1].flat()[0];
    this.momentum = fraction(caller, 'momentum', options.momentum ?? 0.99, true);
    this.settings = {
      movingMean: weightSettings(caller, 'movingMean', options, 'zeros'),
      movingVariance: weightSettings(caller, 'movingVariance', options, 'ones'),
    };
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const caller = this.describe();
    const inputs = singleShape(caller, inputShape);
    const shape = [inputs[axisOf(caller, this.axis, inputs.length)]];
    const { movingMean, movingVariance } = this.settings;
    this.addGammaAndBeta(shape);
    this.movingMean = this.addWeight('moving_mean', shape, movingMean.initializer, { trainable: false });
    this.movingVariance = this.addWeight('moving_variance', shape, movingVariance.initializer, { trainable: false });
  }

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyTensor(inputs);
    const axis = axisOf(this.describe(), this.axis, x.rank);
    const last = x.rank - 1;
    if (axis === last) return this.normalize(x, !!training);
    // Swapping two axes undoes itself.
    const swap = x.shape.map((_, i) => (i === axis ? last : i === last ? axis : i));
    return transpose(this.normalize(transpose(x, swap), !!training), swap);
  }

  /** @param x [..., channels] */
  private normalize(x: Tensor, training: boolean): Tensor {
    const { shape } = this.movingMean;
    const gamma = this.gamma?.read() ?? ones(shape, this.dtype);
    const beta = this.beta?.read() ?? zeros(shape, this.dtype);
    if (!training || !this.trainable) {
      return batchNorm(x, this.movingMean.read(), this.movingVariance.read(), beta, gamma, this.epsilon);
    }
    const { y, moments } = batchNormTraining(x, gamma, beta, this.epsilon);
    if (!currentBackend().dataless) this.follow(moments);
    return y;
  }

  /** Moves the moving statistics towards the batch's; no tape sees it. @param moments [2, channels] */
  private follow(moments: Tensor): void {
    withoutRecording(() =>
      tidy(() => {
        const kept = this.momentum;
        const [mean, variance] = unstack(mul(moments, 1 - kept));
        this.movingMean.assign(add(mul(this.movingMean.variable, kept), mean));
        this.movingVariance.assign(add(mul(this.movingVariance.variable, kept), variance));
      }),
    );
  }

  override getConfig(): Record<string, unknown> {
    const { axis, momentum, settings } = this;
    const { movingMeanInitializer } = settingsConfig('movingMean', settings.movingMean);
    const { movingVarianceInitializer } = settingsConfig('movingVariance', settings.movingVariance);
    return { ...super.getConfig(), axis, momentum, movingMeanInitializer, movingVarianceInitializer };
  }
}
