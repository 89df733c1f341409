import { add, mul } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import { notNegative } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';

export interface AffineNormalizationOptions extends LayerOptions, WeightChoices<'beta' | 'gamma'> {
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
  /** Whether beta is added; default true. */
  readonly center?: boolean;
  /** Whether gamma multiplies; default true. */
  readonly scale?: boolean;
}

/** What batch, layer and group normalisation share: after it, · gamma + beta, each where it is wanted. */
export abstract class AffineNormalization extends Layer {
  protected readonly epsilon: number;
  private readonly center: boolean;
  private readonly scale: boolean;
  private readonly betaSettings: WeightSettings;
  private readonly gammaSettings: WeightSettings;
  protected gamma: Weight | null = null;
  protected beta: Weight | null = null;

  constructor(options: AffineNormalizationOptions) {
    super(options);
    const caller = this.describe();
    this.epsilon = notNegative(caller, 'epsilon', options.epsilon ?? 1e-3);
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaSettings = weightSettings(caller, 'beta', options, 'zeros');
    this.gammaSettings = weightSettings(caller, 'gamma', options, 'ones');
  }

  /** For `build`. */
  protected addGammaAndBeta(shape: SymbolicShape): void {
    const { betaSettings, gammaSettings } = this;
    if (this.scale) this.gamma = this.addWeight('gamma', shape, gammaSettings.initializer, gammaSettings);
    if (this.center) this.beta = this.addWeight('beta', shape, betaSettings.initializer, betaSettings);
  }

  /** y · gamma + beta. @param read gives a weight in a shape that lines up with y */
  protected scaledAndShifted(y: Tensor, read: (weight: Weight) => Tensor = (weight) => weight.read()): Tensor {
    const scaled = this.gamma ? mul(y, read(this.gamma)) : y;
    return this.beta ? add(scaled, read(this.beta)) : scaled;
  }

  override getConfig(): Record<string, unknown> {
    const { epsilon, center, scale } = this;
    return {
      ...super.getConfig(),
      ...{ epsilon, center, scale },
      ...settingsConfig('beta', this.betaSettings),
      ...settingsConfig('gamma', this.gammaSettings),
    };
  }
}
