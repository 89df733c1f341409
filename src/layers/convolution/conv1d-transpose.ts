import { ValueError } from '../../base/errors.js';
import { integer, positiveInteger } from '../../base/options.js';
import { conv2dTranspose } from '../../ops/conv2d-transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { sequenceChannels } from '../base/sequences.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution1D } from './convolution1d.js';
import { assertOutputPadding, transposedLength } from './transposed-length.js';

const OPTIONS = {
  /** Channels of the output. */
  filters: positiveInteger(),
  /** Steps added after the output, fewer than strides; default the number that makes input and output match. */
  outputPadding: integer({ min: 0 }).nullable().default(null),
  ...weight('kernel', 'glorotUniform'),
};

/**
 * The adjoint of a convolution along one axis: stretches sequences by the strides. Input [batch, steps, channels],
 * output [batch, steps · strides (+ kernelSize − strides when 'valid'), filters]; weights kernel [steps, filters,
 * channels], bias [filters].
 */
export class Conv1DTranspose extends Convolution1D<typeof OPTIONS> {
  static override readonly className = 'Conv1DTranspose';
  static override readonly options = OPTIONS;

  private kernel!: Weight;

  protected override checkOptions(): void {
    const { outputPadding, strides } = this.options;
    assertOutputPadding(this.describe(), outputPadding === null ? null : [outputPadding], [strides]);
    if (this.options.padding === 'causal') {
      throw new ValueError(`${this.describe()}: padding is 'causal', expected 'valid' or 'same'`);
    }
  }

  override build(shape: SymbolicShape): void {
    const { kernelSize, filters } = this.options;
    this.kernel = this.addWeightFrom('kernel', [kernelSize, filters, sequenceChannels(this.describe(), shape)]);
    this.addBias(filters);
  }

  override call(x: Tensor): Tensor {
    const { kernelSize, filters, strides, dilationRate, outputPadding } = this.options;
    const rows = this.rowsOf(x);
    const window = {
      size: kernelSize,
      stride: strides,
      dilation: dilationRate,
      padding: this.rowPadding,
      outputPadding,
    };
    const { length, before, after } = transposedLength(x.shape[1], window);
    const shape = [x.shape[0], 1, length, filters];
    const sides = [
      [0, 0],
      [before, after],
    ] as const;
    return this.finish(
      conv2dTranspose(rows, this.rowKernel(this.kernel), shape, [1, strides], sides, [1, dilationRate]),
    );
  }
}
