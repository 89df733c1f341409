import type { DType } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape, type Shape, sizeOf } from '../../base/shape.js';
import { show } from '../../base/show.js';
import type { StreamedRows, StreamedSamples } from '../../data/streamed-samples.js';
import type { Tensor } from '../../tensor/tensor.js';
import { HostSource, type Source } from './sources.js';

/** A source whose batches are waited for. */
export class StreamedSource implements Source {
  private readonly rowSize: number;

  /** @throws ShapeError when the samples have no first axis @throws ValueError when the scale is not a number */
  constructor(
    private readonly what: string,
    private readonly samples: StreamedSamples,
    readonly shape: Shape,
    private readonly dtype: DType,
    /** Number of the sample with which this part starts. */
    private readonly first = 0,
  ) {
    const { scale } = samples;
    if (shape.length === 0) throw new ShapeError(`${what} has the shape [], expected samples along the first axis`);
    if (scale !== undefined && !Number.isFinite(scale)) {
      throw new ValueError(`the scale of ${what} is ${show(scale)}, expected a number`);
    }
    this.rowSize = sizeOf(shape.slice(1));
  }

  batch(): Tensor {
    throw new ValueError(
      `${this.what} is read a batch at a time, which this call does not wait for, expected samples in memory; fit ` +
        'and measure wait',
    );
  }

  /** Read samples of this part. @throws ShapeError when other than those that were asked for arrive */
  async read(rows: Int32Array): Promise<StreamedRows> {
    const { first, rowSize, what } = this;
    const read = await this.samples.read(first === 0 ? rows : rows.map((row) => row + first));
    if (read?.values?.length === rows.length * rowSize) return read;
    throw new ShapeError(
      `${what}: read gave ${show(read?.values?.length)} values, expected ${rows.length} × ${rowSize}, for ` +
        `${formatShape(this.shape)}`,
    );
  }

  /** Upload the samples that were read, without the missing positions. */
  upload({ values }: StreamedRows, positions: Int32Array): Tensor {
    const count = values.length / this.rowSize;
    const rows = new HostSource(values, [count, ...this.shape.slice(1)], this.dtype, this.samples.scale);
    return positions.length === count ? rows.batch(null, 0, count) : rows.batch(positions, 0, positions.length);
  }

  part(start: number, end: number): StreamedSource {
    const shape = [end - start, ...this.shape.slice(1)];
    return new StreamedSource(this.what, this.samples, shape, this.dtype, this.first + start);
  }

  withShape(shape: Shape): StreamedSource {
    return new StreamedSource(this.what, this.samples, shape, this.dtype, this.first);
  }
}
