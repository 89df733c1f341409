import { ValueError } from '../../base/errors.js';
import { fusedConv2d } from '../../ops/conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { onlyTensor } from '../base/layer.js';
import { channelsOf, positiveInteger } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';
import { Convolution, type ConvolutionOptions } from './convolution.js';

export interface Conv2DOptions extends ConvolutionOptions, WeightChoices<'kernel'> {
  /** Channels of the output. */
  readonly filters: number;
  /** Blocks of channels that are convolved apart; default 1. */
  readonly groups?: number;
}

/**
 * 2-D convolution with bias and activation.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, filters];
 * weights kernel [height, width, channels / groups, filters], bias [filters].
 */
export class Conv2D extends Convolution {
  static override readonly className = 'Conv2D';

  private readonly filters: number;
  private readonly groups: number;
  private readonly kernelSettings: WeightSettings;
  private kernel!: Weight;

  constructor(options: Conv2DOptions) {
    super(options);
    const caller = this.describe();
    this.filters = positiveInteger(caller, 'filters', options.filters);
    this.groups = positiveInteger(caller, 'groups', options.groups ?? 1);
    if (this.filters % this.groups !== 0) {
      throw new ValueError(`${caller}: filters is ${this.filters}, expected a multiple of groups, ${this.groups}`);
    }
    this.kernelSettings = weightSettings(caller, 'kernel', options, 'glorotUniform');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const channels = channelsOf(this.describe(), inputShape);
    if (channels % this.groups !== 0) {
      throw new ValueError(
        `${this.describe()}: the input has ${channels} channels, expected a multiple of groups, ${this.groups}`,
      );
    }
    const shape = [...this.kernelSize, channels / this.groups, this.filters];
    this.kernel = this.addWeight('kernel', shape, this.kernelSettings.initializer, this.kernelSettings);
    this.addBias(this.filters);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const y = fusedConv2d({
      x: onlyTensor(inputs),
      filter: this.kernel.read(),
      strides: this.strides,
      padding: this.padding,
      dilations: this.dilationRate,
      groups: this.groups,
      ...this.epilogue,
    });
    return this.activateRest(y);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      filters: this.filters,
      groups: this.groups,
      ...settingsConfig('kernel', this.kernelSettings),
    };
  }
}
