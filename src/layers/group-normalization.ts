import { ShapeError, ValueError } from '../tensor/errors.js';
import { add, mul } from '../tensor/ops/arithmetic.js';
import { reshape } from '../tensor/ops/reshape.js';
import { sizeOf } from '../tensor/shape.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from './layer.js';
import { standardize } from './layer-normalization.js';
import { axisOf, notNegative, positiveInteger, singleShape } from './options.js';
import type { SymbolicShape } from './symbolic.js';
import type { Weight } from './weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from './weight-settings.js';

export interface GroupNormalizationOptions extends LayerOptions, WeightChoices<'beta' | 'gamma'> {
  /** How many groups the channels make; default 32, −1 for one a channel. */
  readonly groups?: number;
  /** The axis of channels; the last alone. */
  readonly axis?: number;
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
  /** Whether beta is added; default true. */
  readonly center?: boolean;
  /** Whether gamma multiplies; default true. */
  readonly scale?: boolean;
}

/**
 * Each example normalised by the mean and biased variance of each group of its channels.
 * Input and output [batch, ..., channels]; weights gamma and beta [channels].
 * @see Wu and He, arXiv:1803.08494
 */
export class GroupNormalization extends Layer {
  static override readonly className = 'GroupNormalization';

  private readonly groups: number;
  private readonly epsilon: number;
  private readonly axis: number;
  private readonly center: boolean;
  private readonly scale: boolean;
  private readonly betaSettings: WeightSettings;
  private readonly gammaSettings: WeightSettings;
  private gamma: Weight | null = null;
  private beta: Weight | null = null;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    const where = this.describe();
    this.groups = options.groups === -1 ? -1 : positiveInteger(where, 'groups', options.groups ?? 32);
    this.axis = options.axis ?? -1;
    this.epsilon = notNegative(where, 'epsilon', options.epsilon ?? 1e-3);
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaSettings = weightSettings(where, 'beta', options, 'zeros');
    this.gammaSettings = weightSettings(where, 'gamma', options, 'ones');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const where = this.describe();
    const inputs = singleShape(where, inputShape);
    const channels = inputs.at(-1);
    if (inputs.length < 2 || typeof channels !== 'number') {
      throw new ShapeError(`${where}: the input is [${inputs}], expected [batch, ..., channels], channels known`);
    }
    if (axisOf(where, this.axis, inputs.length) !== inputs.length - 1) {
      throw new ValueError(`${where}: axis is ${this.axis}, expected -1, the last`);
    }
    if (this.groups !== -1 && channels % this.groups !== 0) {
      throw new ValueError(`${where}: groups is ${this.groups}, expected a divisor of the ${channels} channels`);
    }
    const { betaSettings, gammaSettings } = this;
    if (this.scale) this.gamma = this.addWeight('gamma', [channels], gammaSettings.initializer, gammaSettings);
    if (this.center) this.beta = this.addWeight('beta', [channels], betaSettings.initializer, betaSettings);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const channels = x.shape.at(-1)!;
    const groups = this.groups === -1 ? channels : this.groups;
    const grouped = reshape(x, [x.shape[0], sizeOf(x.shape.slice(1, -1)), groups, channels / groups]);
    let y = reshape(standardize(grouped, [1, 3], this.epsilon), x.shape);
    if (this.gamma) y = mul(y, this.gamma.read());
    if (this.beta) y = add(y, this.beta.read());
    return y;
  }

  override getConfig(): Record<string, unknown> {
    const { groups, axis, epsilon, center, scale } = this;
    return {
      ...super.getConfig(),
      ...{ groups, axis, epsilon, center, scale },
      ...settingsConfig('beta', this.betaSettings),
      ...settingsConfig('gamma', this.gammaSettings),
    };
  }
}
