import {
  type ActivationIdentifier,
  activationId,
  type ResolvedActivation,
  resolveActivation,
} from '../../activations/index.js';
import type { Pair } from '../../base/geometry.js';
import { add } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, type ImageLayout, positivePair, samePadding } from '../base/options.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';

/** What every convolution takes. */
export interface ConvolutionOptions extends LayerOptions, ImageLayout, WeightChoices<'bias'> {
  /** Size of the window: one number, or [height, width]. */
  readonly kernelSize: Pair;
  /** Pixels from one window to the next; default 1. */
  readonly strides?: Pair;
  /** Default `'valid'`. */
  readonly padding?: 'valid' | 'same';
  /** Pixels from one cell of the window to the next; default 1. */
  readonly dilationRate?: Pair;
  /** Default none. */
  readonly activation?: ActivationIdentifier | null;
  /** Default true. */
  readonly useBias?: boolean;
}

/** The options that convolutions share, checked, and the bias. */
export abstract class Convolution extends Layer {
  protected readonly kernelSize: [number, number];
  protected readonly strides: [number, number];
  protected readonly padding: 'valid' | 'same';
  protected readonly dilationRate: [number, number];
  protected readonly activation: ResolvedActivation;
  private readonly useBias: boolean;
  private readonly biasSettings: WeightSettings;
  private bias: Weight | null = null;

  constructor(options: ConvolutionOptions) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.kernelSize = positivePair(caller, 'kernelSize', options.kernelSize);
    this.strides = positivePair(caller, 'strides', options.strides ?? 1);
    this.padding = samePadding(caller, options.padding ?? 'valid');
    this.dilationRate = positivePair(caller, 'dilationRate', options.dilationRate ?? 1);
    this.activation = resolveActivation(options.activation, caller);
    this.useBias = options.useBias ?? true;
    this.biasSettings = weightSettings(caller, 'bias', options, 'zeros');
  }

  protected addBias(channels: number): void {
    if (!this.useBias) return;
    this.bias = this.addWeight('bias', [channels], this.biasSettings.initializer, this.biasSettings);
  }

  /** Bias and activation as a fused kernel takes them. */
  protected get epilogue() {
    const { fused } = this.activation;
    return { bias: this.bias?.read(), activation: fused?.activation, alpha: fused?.alpha };
  }

  /** The activation, where the kernel did not run it. */
  protected activateRest(y: Tensor): Tensor {
    return this.activation.fused ? y : this.activation.apply(y);
  }

  /** Bias and activation as ops of their own, for kernels without an epilogue. */
  protected finish(y: Tensor): Tensor {
    return this.activation.apply(this.bias ? add(y, this.bias.read()) : y);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      kernelSize: this.kernelSize,
      strides: this.strides,
      padding: this.padding,
      dataFormat: 'channels_last',
      dilationRate: this.dilationRate,
      activation: activationId(this.activation, this.describe()),
      useBias: this.useBias,
      ...settingsConfig('bias', this.biasSettings),
    };
  }
}
