import { positiveInteger } from '../../base/options.js';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import { matMul } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sequenceChannels } from '../base/sequences.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution1D } from './convolution1d.js';

const OPTIONS = {
  /** Channels of the output. */
  filters: positiveInteger(),
  /** Channels between the two steps for each input channel; default 1. */
  depthMultiplier: positiveInteger().default(1),
  ...weight('depthwise', 'glorotUniform'),
  ...weight('pointwise', 'glorotUniform'),
};

/**
 * A depthwise convolution along one axis, then a product that mixes its channels, with bias and activation. Input
 * [batch, steps, channels], output [batch, outSteps, filters]; weights depthwise_kernel [steps, channels,
 * depthMultiplier], pointwise_kernel [1, channels · depthMultiplier, filters], bias [filters].
 */
export class SeparableConv1D extends Convolution1D<typeof OPTIONS> {
  static override readonly className = 'SeparableConv1D';
  static override readonly options = OPTIONS;

  private depthwiseKernel!: Weight;
  private pointwiseKernel!: Weight;

  override build(shape: SymbolicShape): void {
    const { kernelSize, filters, depthMultiplier } = this.options;
    const channels = sequenceChannels(this.describe(), shape);
    const depthwise = [kernelSize, channels, depthMultiplier];
    this.depthwiseKernel = this.addWeightFrom('depthwise', depthwise, 'depthwise_kernel');
    const pointwise = [1, channels * depthMultiplier, filters];
    this.pointwiseKernel = this.addWeightFrom('pointwise', pointwise, 'pointwise_kernel');
    this.addBias(filters);
  }

  override call(x: Tensor): Tensor {
    const { strides, dilationRate, filters } = this.options;
    const kernel = this.rowKernel(this.depthwiseKernel);
    const spread = depthwiseConv2d(this.rowsOf(x), kernel, strides, this.rowPadding, 'NHWC', [1, dilationRate]);
    const [batch, , steps, channels] = spread.shape;
    const mixed = matMul(
      reshape(spread, [batch * steps, channels]),
      reshape(this.pointwiseKernel.read(), [channels, filters]),
    );
    return this.finish(reshape(mixed, [batch, 1, steps, filters]));
  }
}
