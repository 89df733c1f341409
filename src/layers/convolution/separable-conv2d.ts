import { positiveInteger } from '../../base/options.js';
import { conv2dWithEpilogue } from '../../ops/conv2d.js';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { channelsOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution } from './convolution.js';

const OPTIONS = {
  /** Channels of the output. */
  filters: positiveInteger(),
  /** Channels between the two convolutions for each input channel; default 1. */
  depthMultiplier: positiveInteger().default(1),
  ...weight('depthwise', 'glorotUniform'),
  ...weight('pointwise', 'glorotUniform'),
};

/**
 * A depthwise convolution, then a 1×1 convolution that mixes its channels, with bias and activation.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, filters];
 * weights depthwise_kernel [height, width, channels, depthMultiplier],
 * pointwise_kernel [1, 1, channels · depthMultiplier, filters], bias [filters].
 * @see Chollet, "Xception", arXiv:1610.02357
 */
export class SeparableConv2D extends Convolution<typeof OPTIONS> {
  static override readonly className = 'SeparableConv2D';
  static override readonly options = OPTIONS;

  private depthwiseKernel!: Weight;
  private pointwiseKernel!: Weight;

  override build(shape: SymbolicShape): void {
    const { kernelSize, filters, depthMultiplier } = this.options;
    const channels = channelsOf(this.describe(), shape);
    const spread = channels * depthMultiplier;
    const depthwise = [...kernelSize, channels, depthMultiplier];
    this.depthwiseKernel = this.addWeightFrom('depthwise', depthwise, 'depthwise_kernel');
    this.pointwiseKernel = this.addWeightFrom('pointwise', [1, 1, spread, filters], 'pointwise_kernel');
    this.addBias(filters);
  }

  override call(x: Tensor): Tensor {
    const { strides, padding, dilationRate } = this.options;
    const spread = depthwiseConv2d(x, this.depthwiseKernel.read(), strides, padding, 'NHWC', dilationRate);
    const { bias, ...activation } = this.epilogue;
    const options = { strides: 1, padding: 'valid' as const, dilations: 1, groups: 1, ...activation };
    return this.activateRest(conv2dWithEpilogue(spread, this.pointwiseKernel.read(), bias, options));
  }
}
