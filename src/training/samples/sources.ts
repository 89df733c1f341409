import { type DType, isTypedArray, type TypedArray, typedArray } from '../../base/dtype.js';
import { type Shape, sizeOf } from '../../base/shape.js';
import { cast } from '../../ops/cast.js';
import { gather } from '../../ops/gather.js';
import { clone, reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import { tidy } from '../../tensor/scope.js';
import { type Tensor, upload } from '../../tensor/tensor.js';

/** Samples along the first axis, from which batches are taken. */
export interface Source {
  /** Of all samples together. */
  readonly shape: Shape;
  /**
   * The samples from `start` up to but not including `end`, in the order given, or their own; the tensor is the
   * caller's.
   */
  batch(order: Int32Array | null, start: number, end: number): Tensor;
  /** A source of some neighbouring samples, over the same values. */
  part(start: number, end: number): Source;
  /** The same values with another shape of each sample. */
  withShape(shape: Shape): Source;
}

/**
 * Samples in host memory: the rows of a batch are copied into one staging array, converted on the way, and uploaded.
 */
export class HostSource implements Source {
  private readonly values: TypedArray;
  private readonly rowSize: number;
  private staging: TypedArray;

  constructor(
    values: ArrayLike<number>,
    readonly shape: Shape,
    private readonly dtype: DType,
    private readonly scale = 1,
  ) {
    this.values = ArrayBuffer.isView(values) ? (values as unknown as TypedArray) : Float64Array.from(values);
    this.rowSize = sizeOf(shape.slice(1));
    this.staging = typedArray(dtype, 0);
  }

  batch(order: Int32Array | null, start: number, end: number): Tensor {
    const shape = [end - start, ...this.shape.slice(1)];
    if (!order && this.scale === 1) {
      return upload(this.values.subarray(start * this.rowSize, end * this.rowSize), shape, this.dtype);
    }
    const size = shape[0] * this.rowSize;
    if (this.staging.length < size) this.staging = typedArray(this.dtype, size);
    this.gatherRows(order, start, end);
    if (this.scale !== 1) for (let i = 0; i < size; i++) this.staging[i] *= this.scale;
    return upload(this.staging.length === size ? this.staging : this.staging.subarray(0, size), shape, this.dtype);
  }

  private gatherRows(order: Int32Array | null, start: number, end: number): void {
    const { values, staging, rowSize } = this;
    if (!order) {
      staging.set(values.subarray(start * rowSize, end * rowSize));
      return;
    }
    if (rowSize === 1) {
      for (let i = start; i < end; i++) staging[i - start] = values[order[i]];
      return;
    }
    for (let i = start; i < end; i++) {
      const row = order[i] * rowSize;
      staging.set(values.subarray(row, row + rowSize), (i - start) * rowSize);
    }
  }

  part(start: number, end: number): HostSource {
    const values = this.values.subarray(start * this.rowSize, end * this.rowSize);
    return new HostSource(values, [end - start, ...this.shape.slice(1)], this.dtype, this.scale);
  }

  withShape(shape: Shape): HostSource {
    return new HostSource(this.values, shape, this.dtype, this.scale);
  }

  /** For checks on the host. */
  get labels(): { values: TypedArray; shape: Shape } {
    return { values: this.values, shape: this.shape };
  }
}

/** Samples in a tensor of the user's, which is left alone: batches are gathered where it lies. */
export class TensorSource implements Source {
  constructor(
    private readonly tensor: Tensor,
    readonly shape: Shape,
    private readonly dtype: DType,
    /** Where this part starts. */
    private readonly first = 0,
  ) {}

  batch(order: Int32Array | null, start: number, end: number): Tensor {
    return tidy(() => {
      const shape = [end - start, ...this.shape.slice(1)];
      const rows = order ? this.gatherRows(order, start, end) : this.neighbours(start, end);
      const values = reshape(cast(rows, this.dtype), shape);
      return values === this.tensor ? clone(values) : values;
    });
  }

  private neighbours(start: number, end: number): Tensor {
    const { tensor, first } = this;
    if (first + start === 0 && end === tensor.shape[0]) return tensor;
    const begin = [first + start, ...tensor.shape.slice(1).fill(0)];
    return slice(tensor, begin, [end - start, ...tensor.shape.slice(1)]);
  }

  private gatherRows(order: Int32Array, start: number, end: number): Tensor {
    const rows = order.slice(start, end).map((row) => row + this.first);
    return gather(this.tensor, upload(rows, [rows.length], 'int32'));
  }

  part(start: number, end: number): TensorSource {
    return new TensorSource(this.tensor, [end - start, ...this.shape.slice(1)], this.dtype, this.first + start);
  }

  withShape(shape: Shape): TensorSource {
    return new TensorSource(this.tensor, shape, this.dtype, this.first);
  }
}

/** Values that are known to be a list of numbers and a shape. */
export interface ShapedValues {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  /** Factor on the values of a batch; default 1. With 1 / 255, images may stay bytes: a quarter of the memory. */
  readonly scale?: number;
  /**
   * [height, width] that images are brought to when a batch is made, so that a large set may stay small; default: as
   * they are.
   */
  readonly resizeTo?: readonly [number, number];
  /** How `resizeTo` resizes; default `'bilinear'`. */
  readonly interpolation?: 'bilinear' | 'bicubic';
}

export const isShapedValues = (value: unknown): value is ShapedValues =>
  typeof value === 'object' && value !== null && 'values' in value && 'shape' in value && isListOfNumbers(value.values);

const isListOfNumbers = (value: unknown): boolean =>
  isTypedArray(value) || ArrayBuffer.isView(value) || (Array.isArray(value) && typeof value[0] !== 'object');
