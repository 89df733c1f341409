import { ValueError } from '../../base/errors.js';
import { transposedSize } from '../../base/geometry.js';
import { conv2dTranspose } from '../../ops/conv2d-transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { channelsOf, onlyImages, positiveInteger } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { settingsConfig, type WeightChoices, type WeightSettings, weightSettings } from '../base/weight-settings.js';
import { Convolution, type ConvolutionOptions } from './convolution.js';

export interface Conv2DTransposeOptions extends ConvolutionOptions, WeightChoices<'kernel'> {
  /** Channels of the output. */
  readonly filters: number;
  /** Keras's extra rows and columns: none here. */
  readonly outputPadding?: null;
}

/**
 * The adjoint of a convolution: stretches images by the strides.
 * Input [batch, height, width, channels], output [batch, height · stride (+ kernelSize − stride when 'valid'), …, filters];
 * weights kernel [height, width, filters, channels], bias [filters].
 * @see Dumoulin and Visin, arXiv:1603.07285, chapter 4
 */
export class Conv2DTranspose extends Convolution {
  static override readonly className = 'Conv2DTranspose';

  private readonly filters: number;
  private readonly kernelSettings: WeightSettings;
  private kernel!: Weight;

  constructor(options: Conv2DTransposeOptions) {
    super(options);
    const caller = this.describe();
    this.filters = positiveInteger(caller, 'filters', options.filters);
    if (options.outputPadding !== undefined && options.outputPadding !== null) {
      throw new ValueError(`${caller}: outputPadding is ${String(options.outputPadding)}, expected none`);
    }
    this.kernelSettings = weightSettings(caller, 'kernel', options, 'glorotUniform');
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const shape = [...this.kernelSize, this.filters, channelsOf(this.describe(), inputShape)];
    this.kernel = this.addWeight('kernel', shape, this.kernelSettings.initializer, this.kernelSettings);
    this.addBias(this.filters);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyImages(inputs);
    const [batch, height, width] = x.shape;
    const { strides, padding, dilationRate } = this;
    const reach = this.kernelSize.map((size, axis) => (size - 1) * dilationRate[axis] + 1) as [number, number];
    const size = transposedSize('conv2dTranspose', [height, width], reach, strides, padding);
    const outputShape = [batch, ...size, this.filters];
    return this.finish(conv2dTranspose(x, this.kernel.read(), outputShape, strides, padding, dilationRate));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), filters: this.filters, ...settingsConfig('kernel', this.kernelSettings) };
  }
}
