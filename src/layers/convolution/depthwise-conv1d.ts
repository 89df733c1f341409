import { positiveInteger } from '../../base/options.js';
import { depthwiseConv2d } from '../../ops/depthwise-conv2d.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sequenceChannels } from '../base/sequences.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution1D } from './convolution1d.js';

const OPTIONS = {
  /** Output channels for each input channel; default 1. */
  depthMultiplier: positiveInteger().default(1),
  ...weight('depthwise', 'glorotUniform'),
};

/**
 * Convolves each channel of a sequence with its own filters. Input [batch, steps, channels], output [batch, outSteps,
 * channels · depthMultiplier]; weights kernel [steps, channels, depthMultiplier], bias [channels · depthMultiplier].
 */
export class DepthwiseConv1D extends Convolution1D<typeof OPTIONS> {
  static override readonly className = 'DepthwiseConv1D';
  static override readonly options = OPTIONS;

  private kernel!: Weight;

  override build(shape: SymbolicShape): void {
    const { kernelSize, depthMultiplier } = this.options;
    const channels = sequenceChannels(this.describe(), shape);
    this.kernel = this.addWeightFrom('depthwise', [kernelSize, channels, depthMultiplier], 'kernel');
    this.addBias(channels * depthMultiplier);
  }

  override call(x: Tensor): Tensor {
    const { strides, dilationRate } = this.options;
    const kernel = this.rowKernel(this.kernel);
    // The op takes equal strides; of one row, those of its rows say nothing.
    const rows = depthwiseConv2d(this.rowsOf(x), kernel, strides, this.rowPadding, 'NHWC', [1, dilationRate]);
    return this.finish(rows);
  }
}
