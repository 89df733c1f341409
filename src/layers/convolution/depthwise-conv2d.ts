import { positiveInteger } from '../../base/options.js';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { channelsOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution } from './convolution.js';

const OPTIONS = {
  /** Output channels for each input channel; default 1. */
  depthMultiplier: positiveInteger().default(1),
  ...weight('depthwise', 'glorotUniform'),
};

/**
 * Convolves each channel with its own filters.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, channels · depthMultiplier];
 * weights kernel [height, width, channels, depthMultiplier], bias [channels · depthMultiplier].
 * @see Howard et al., "MobileNets", arXiv:1704.04861
 */
export class DepthwiseConv2D extends Convolution<typeof OPTIONS> {
  static override readonly className = 'DepthwiseConv2D';
  static override readonly options = OPTIONS;

  private kernel!: Weight;

  override build(shape: SymbolicShape): void {
    const { kernelSize, depthMultiplier } = this.options;
    const channels = channelsOf(this.describe(), shape);
    this.kernel = this.addWeightFrom('depthwise', [...kernelSize, channels, depthMultiplier], 'kernel');
    this.addBias(channels * depthMultiplier);
  }

  override call(x: Tensor): Tensor {
    const { strides, padding, dilationRate } = this.options;
    return this.finish(depthwiseConv2d(x, this.kernel.read(), strides, padding, 'NHWC', dilationRate));
  }
}
