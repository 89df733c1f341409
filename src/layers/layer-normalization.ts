import { ValueError } from '../tensor/errors.js';
import { add, mul, sub } from '../tensor/ops/arithmetic.js';
import { mean } from '../tensor/ops/reductions.js';
import { reshape } from '../tensor/ops/reshape.js';
import { rsqrt, square } from '../tensor/ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from './layer.js';
import { axisOf, notNegative, singleShape } from './options.js';
import type { SymbolicShape } from './symbolic.js';
import type { Weight } from './weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from './weight-settings.js';

/** @internal (x − mean) / √(variance + epsilon) over axes */
export function standardize(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centered = sub(x, mean(x, axes, true));
  return mul(centered, rsqrt(add(mean(square(centered), axes, true), epsilon)));
}

export interface LayerNormalizationOptions extends LayerOptions, WeightChoices<'beta' | 'gamma'> {
  /** Axes that are normalised over; default −1. */
  readonly axis?: number | readonly number[];
  /** Added to the variance; default 0.001. */
  readonly epsilon?: number;
  /** Whether beta is added; default true. */
  readonly center?: boolean;
  /** Whether gamma multiplies; default true. */
  readonly scale?: boolean;
}

/**
 * Each example normalised by the mean and biased variance of its own values along some axes.
 * Output shaped as the input; weights gamma and beta, shaped as those axes.
 * @see Ba, Kiros and Hinton, arXiv:1607.06450
 */
export class LayerNormalization extends Layer {
  static override readonly className = 'LayerNormalization';

  private readonly axis: number | readonly number[];
  private readonly epsilon: number;
  private readonly center: boolean;
  private readonly scale: boolean;
  private readonly betaSettings: WeightSettings;
  private readonly gammaSettings: WeightSettings;
  private gamma: Weight | null = null;
  private beta: Weight | null = null;

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    const where = this.describe();
    this.axis = options.axis ?? -1;
    this.epsilon = notNegative(where, 'epsilon', options.epsilon ?? 1e-3);
    this.center = options.center ?? true;
    this.scale = options.scale ?? true;
    this.betaSettings = weightSettings(where, 'beta', options, 'zeros');
    this.gammaSettings = weightSettings(where, 'gamma', options, 'ones');
  }

  private axesOf(rank: number): number[] {
    const axes = [this.axis].flat().map((axis) => axisOf(this.describe(), axis, rank));
    if (axes.length === 0) throw new ValueError(`${this.describe()}: axis is [], expected at least one`);
    return axes.sort((a, b) => a - b);
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const inputs = singleShape(this.describe(), inputShape);
    const shape = this.axesOf(inputs.length).map((axis) => inputs[axis]);
    if (this.scale) this.gamma = this.addWeight('gamma', shape, this.gammaSettings.initializer, this.gammaSettings);
    if (this.center) this.beta = this.addWeight('beta', shape, this.betaSettings.initializer, this.betaSettings);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const axes = this.axesOf(x.rank);
    // Trailing axes line up by themselves.
    const aligned = axes[0] === x.rank - axes.length;
    const broadcast = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    const read = (weight: Weight) => (aligned ? weight.read() : reshape(weight.read(), broadcast));
    let y = standardize(x, axes, this.epsilon);
    if (this.gamma) y = mul(y, read(this.gamma));
    if (this.beta) y = add(y, read(this.beta));
    return y;
  }

  override getConfig(): Record<string, unknown> {
    const { axis, epsilon, center, scale } = this;
    return {
      ...super.getConfig(),
      ...{ axis, epsilon, center, scale },
      ...settingsConfig('beta', this.betaSettings),
      ...settingsConfig('gamma', this.gammaSettings),
    };
  }
}
