import { boolean, type OptionTable, oneOf } from '../../base/options.js';
import { add } from '../../ops/arithmetic.js';
import { pad } from '../../ops/pad.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation, single } from '../base/common-options.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import { asRows, asSequences } from '../base/sequences.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

/** Options of every convolution along one axis. */
export const CONVOLUTION_1D = {
  /** Steps of the window. */
  kernelSize: single(),
  /** Steps from one window to the next; default 1. */
  strides: single().default(1),
  /** Default `'valid'`; with `'causal'` a step depends only on itself and those before it. */
  padding: oneOf(['valid', 'same', 'causal']).default('valid'),
  /** Steps from one cell of the window to the next; default 1. */
  dilationRate: single().default(1),
  /** Default none. */
  activation: activation().default('linear'),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('bias', 'zeros'),
  /** Only `'channelsLast'`. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/** A convolution of [batch, steps, channels], computed as one of images of one row. */
export abstract class Convolution1D<Own extends OptionTable> extends UnaryLayer<typeof CONVOLUTION_1D & Own> {
  static override readonly options: OptionTable = CONVOLUTION_1D;

  private bias: Weight | null = null;

  protected addBias(channels: number): void {
    if (this.options.useBias) this.bias = this.addWeightFrom('bias', [channels]);
  }

  /** The input as images of one row, the past padded where the convolution is causal. */
  protected rowsOf(x: Tensor): Tensor {
    const { padding, kernelSize, dilationRate } = this.options;
    if (padding !== 'causal') return asRows(x);
    const before: readonly [number, number] = [(kernelSize - 1) * dilationRate, 0];
    return asRows(pad(x, [[0, 0], before, [0, 0]]));
  }

  /** Padding of the rows. */
  protected get rowPadding(): 'valid' | 'same' {
    const { padding } = this.options;
    return padding === 'causal' ? 'valid' : padding;
  }

  /** A kernel [steps, ...] as one of rows. */
  protected rowKernel(kernel: Weight): Tensor {
    return reshape(kernel.read(), [1, ...kernel.shape]);
  }

  /** Bias and activation of rows, which become sequences again. */
  protected finish(rows: Tensor): Tensor {
    const y = asSequences(rows);
    return this.options.activation.apply(this.bias ? add(y, this.bias.read()) : y);
  }
}
