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
  /** Shape of all samples together. */
  readonly shape: Shape;
  /**
   * The samples from `start` up to but not including `end`, in the order given, or their own; the tensor is the
   * caller's.
   */
  batch(order: Int32Array | null, start: number, end: number): Tensor;
  /** Return a source of a range of samples, over the same values. */
  part(start: number, end: number): Source;
  /** Return the same values with another sample shape. */
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

  /** Values on the host, for checks. */
  get labels(): { values: TypedArray; shape: Shape } {
    return { values: this.values, shape: this.shape };
  }
}

/** Samples in a tensor that the user owns: batches are gathered on its backend. */
export class TensorSource implements Source {
  constructor(
    private readonly tensor: Tensor,
    readonly shape: Shape,
    private readonly dtype: DType,
    /** Index of the first sample. */
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

/** Values with a shape. */
export interface ShapedValues {
  readonly values: ArrayLike<number>;
  readonly shape: Shape;
  /** Factor on the values of a batch; default 1. With 1 / 255, images may stay bytes: a quarter of the memory. */
  readonly scale?: number;
  /**
   * [height, width] to which images are resized when a batch is made, so that a large set takes little memory; default:
   * no resizing.
   */
  readonly resizeTo?: readonly [number, number];
  /** Interpolation of `resizeTo`; default `'bilinear'`. */
  readonly interpolation?: 'bilinear' | 'bicubic';
}

export const isShapedValues = (value: unknown): value is ShapedValues =>
  typeof value === 'object' && value !== null && 'values' in value && 'shape' in value && isListOfNumbers(value.values);

const isListOfNumbers = (value: unknown): boolean =>
  isTypedArray(value) || ArrayBuffer.isView(value) || (Array.isArray(value) && typeof value[0] !== 'object');
