import { transposedSize } from '../../base/geometry.js';
import { integer, pairOf, positiveInteger } from '../../base/options.js';
import { conv2dTranspose } from '../../ops/conv2d-transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { channelsOf, images } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';
import { Convolution } from './convolution.js';
import { assertOutputPadding, transposedLength } from './transposed-length.js';

const OPTIONS = {
  /** Channels of the output. */
  filters: positiveInteger(),
  /**
   * Rows and columns added after the output, fewer than strides; default the number that makes input and output match.
   */
  outputPadding: pairOf(integer({ min: 0 }))
    .nullable()
    .default(null),
  ...weight('kernel', 'glorotUniform'),
};

/**
 * Transposed convolution, the adjoint of a convolution: enlarges images by the strides.
 * Input [batch, height, width, channels], output [batch, height · stride (+ kernelSize − stride when 'valid'), …,
 * filters]; weights kernel [height, width, filters, channels], bias [filters].
 * @see Dumoulin and Visin, arXiv:1603.07285, chapter 4
 */
export class Conv2DTranspose extends Convolution<typeof OPTIONS> {
  static override readonly className = 'Conv2DTranspose';
  static override readonly options = OPTIONS;

  private kernel!: Weight;

  protected override checkOptions(): void {
    assertOutputPadding(this.describe(), this.options.outputPadding, this.options.strides);
  }

  override build(shape: SymbolicShape): void {
    const { kernelSize, filters } = this.options;
    this.kernel = this.addWeightFrom('kernel', [...kernelSize, filters, channelsOf(this.describe(), shape)]);
    this.addBias(filters);
  }

  override call(x: Tensor): Tensor {
    const [batch, height, width] = images(x).shape;
    const { kernelSize, filters, strides, padding, dilationRate } = this.options;
    if (this.options.outputPadding) return this.finish(this.padded(x, this.options.outputPadding));
    const reach = kernelSize.map((size, axis) => (size - 1) * dilationRate[axis] + 1) as [number, number];
    const size = transposedSize('conv2dTranspose', [height, width], reach, strides, padding);
    const outputShape = [batch, ...size, filters];
    return this.finish(conv2dTranspose(x, this.kernel.read(), outputShape, strides, padding, dilationRate));
  }

  private padded(x: Tensor, outputPadding: readonly [number, number]): Tensor {
    const { kernelSize, filters, strides, padding, dilationRate } = this.options;
    const [rows, columns] = ([0, 1] as const).map((axis) =>
      transposedLength(x.shape[axis + 1], {
        size: kernelSize[axis],
        stride: strides[axis],
        dilation: dilationRate[axis],
        padding,
        outputPadding: outputPadding[axis],
      }),
    );
    const sides = [
      [rows.before, rows.after],
      [columns.before, columns.after],
    ] as const;
    const shape = [x.shape[0], rows.length, columns.length, filters];
    return conv2dTranspose(x, this.kernel.read(), shape, strides, sides, dilationRate);
  }
}
