import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { onlyTensor } from '../base/layer.js';
import { channelsOf, positiveInteger } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';
import { Convolution, type ConvolutionOptions } from './convolution.js';

export interface DepthwiseConv2DOptions extends ConvolutionOptions, WeightChoices<'depthwise'> {
  /** Output channels for each input channel; default 1. */
  readonly depthMultiplier?: number;
}

/**
 * Convolves each channel with filters of its own.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, channels · depthMultiplier];
 * weights kernel [height, width, channels, depthMultiplier], bias [channels · depthMultiplier].
 * @see Howard et al., "MobileNets", arXiv:1704.04861
 */
export class DepthwiseConv2D extends Convolution {
  static override readonly className = 'DepthwiseConv2D';

  private readonly depthMultiplier: number;
  private readonly kernelSettings: WeightSettings;
  private kernel!: Weight;

  constructor(options: DepthwiseConv2DOptions) {
    super(options);
    const caller = this.describe();
    this.depthMultiplier = positiveInteger(caller, 'depthMultiplier', options.depthMultiplier ?? 1);
    this.kernelSettings = weightSettings(caller, 'depthwise', options, 'glorotUniform');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const channels = channelsOf(this.describe(), inputShape);
    const shape = [...this.kernelSize, channels, this.depthMultiplier];
    this.kernel = this.addWeight('kernel', shape, this.kernelSettings.initializer, this.kernelSettings);
    this.addBias(channels * this.depthMultiplier);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const { strides, padding, dilationRate } = this;
    return this.finish(depthwiseConv2d(onlyTensor(inputs), this.kernel.read(), strides, padding, 'NHWC', dilationRate));
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      depthMultiplier: this.depthMultiplier,
      ...settingsConfig('depthwise', this.kernelSettings),
    };
  }
}
