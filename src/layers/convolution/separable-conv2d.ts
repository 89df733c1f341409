import { fusedConv2d } from '../../ops/conv2d.js';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { onlyTensor } from '../base/layer.js';
import { channelsOf, positiveInteger } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';
import { Convolution, type ConvolutionOptions } from './convolution.js';

export interface SeparableConv2DOptions extends ConvolutionOptions, WeightChoices<'depthwise' | 'pointwise'> {
  /** Channels of the output. */
  readonly filters: number;
  /** Channels between the two steps for each input channel; default 1. */
  readonly depthMultiplier?: number;
}

/**
 * A depthwise convolution, then a 1×1 convolution that mixes its channels, with bias and activation.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, filters];
 * weights depthwise_kernel [height, width, channels, depthMultiplier],
 * pointwise_kernel [1, 1, channels · depthMultiplier, filters], bias [filters].
 * @see Chollet, "Xception", arXiv:1610.02357
 */
export class SeparableConv2D extends Convolution {
  static override readonly className = 'SeparableConv2D';

  private readonly filters: number;
  private readonly depthMultiplier: number;
  private readonly depthwiseSettings: WeightSettings;
  private readonly pointwiseSettings: WeightSettings;
  private depthwiseKernel!: Weight;
  private pointwiseKernel!: Weight;

  constructor(options: SeparableConv2DOptions) {
    super(options);
    const caller = this.describe();
    this.filters = positiveInteger(caller, 'filters', options.filters);
    this.depthMultiplier = positiveInteger(caller, 'depthMultiplier', options.depthMultiplier ?? 1);
    this.depthwiseSettings = weightSettings(caller, 'depthwise', options, 'glorotUniform');
    this.pointwiseSettings = weightSettings(caller, 'pointwise', options, 'glorotUniform');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const channels = channelsOf(this.describe(), inputShape);
    const { filters, depthMultiplier, depthwiseSettings, pointwiseSettings } = this;
    this.depthwiseKernel = this.addWeight(
      'depthwise_kernel',
      [...this.kernelSize, channels, depthMultiplier],
      depthwiseSettings.initializer,
      depthwiseSettings,
    );
    this.pointwiseKernel = this.addWeight(
      'pointwise_kernel',
      [1, 1, channels * depthMultiplier, filters],
      pointwiseSettings.initializer,
      pointwiseSettings,
    );
    this.addBias(filters);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const { strides, padding, dilationRate } = this;
    const x = onlyTensor(inputs);
    const spread = depthwiseConv2d(x, this.depthwiseKernel.read(), strides, padding, 'NHWC', dilationRate);
    return this.activateRest(fusedConv2d({ x: spread, filter: this.pointwiseKernel.read(), ...this.epilogue }));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      depthMultiplier: this.depthMultiplier,
      ...settingsConfig('depthwise', this.depthwiseSettings),
      ...settingsConfig('pointwise', this.pointwiseSettings),
    };
  }
}
