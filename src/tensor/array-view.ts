import type { NdArray, TypedArray } from 'ndarray';
import { sizeOf } from '../base/shape.js';

/** Positions or lengths per axis; an entry that is negative or not a number leaves its axis unchanged. */
type PerAxis = readonly (number | null | undefined)[];

const isCount = (value: number | null | undefined): value is number => typeof value === 'number' && value >= 0;

/** Strides of elements in row-major order. */
function rowMajor(shape: readonly number[]): number[] {
  const stride = new Array<number>(shape.length);
  let size = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    stride[axis] = size;
    size *= shape[axis];
  }
  return stride;
}

/** The methods of ndarray's views, by loops over the axes. */
class ArrayView<D extends TypedArray> {
  constructor(
    readonly data: D,
    readonly shape: number[],
    readonly stride: number[],
    readonly offset: number,
  ) {}

  get dtype(): string {
    const name = Object.prototype.toString.call(this.data).slice('[object '.length, -'Array]'.length);
    return name === 'Uint8Clamped' ? 'uint8_clamped' : name.toLowerCase();
  }

  get dimension(): number {
    return this.shape.length;
  }

  get size(): number {
    return sizeOf(this.shape);
  }

  /** Axes from the smallest stride to the largest. */
  get order(): number[] {
    const { stride } = this;
    return stride.map((_, axis) => axis).sort((a, b) => Math.abs(stride[a]) - Math.abs(stride[b]));
  }

  get T(): ArrayView<D> {
    return this.transpose(...this.shape.map((_, axis) => this.dimension - 1 - axis));
  }

  index(...at: number[]): number {
    let index = this.offset;
    for (let axis = 0; axis < this.stride.length; axis++) index += this.stride[axis] * at[axis];
    return index;
  }

  get(...at: number[]): number {
    return this.data[this.index(...at)];
  }

  set(...atAndValue: number[]): number {
    const value = atAndValue[this.dimension];
    this.data[this.index(...atAndValue)] = value;
    return value;
  }

  /** Return the view up to these positions. */
  hi(...ends: PerAxis): ArrayView<D> {
    const shape = this.shape.map((size, axis) => (isCount(ends[axis]) ? Math.trunc(ends[axis]) : size));
    return new ArrayView(this.data, shape, [...this.stride], this.offset);
  }

  /** Return the view from these positions on. */
  lo(...starts: PerAxis): ArrayView<D> {
    const from = this.shape.map((_, axis) => (isCount(starts[axis]) ? Math.trunc(starts[axis]) : 0));
    const shape = this.shape.map((size, axis) => size - from[axis]);
    return new ArrayView(this.data, shape, [...this.stride], this.index(...from));
  }

  /** Return every nth element of each axis, backwards if negative. */
  step(...steps: PerAxis): ArrayView<D> {
    const each = this.shape.map((_, axis) => (typeof steps[axis] === 'number' ? Math.trunc(steps[axis]) : 1));
    const shape = this.shape.map((size, axis) => Math.ceil(size / Math.abs(each[axis])));
    const stride = this.stride.map((step, axis) => step * each[axis]);
    const first = this.shape.map((size, axis) => (each[axis] < 0 ? size - 1 : 0));
    return new ArrayView(this.data, shape, stride, this.index(...first));
  }

  /** Reorder the axes; those that are not given keep their position. */
  transpose(...axes: (number | undefined)[]): ArrayView<D> {
    const order = this.shape.map((_, axis) => axes[axis] ?? axis);
    const shape = order.map((axis) => this.shape[axis]);
    const stride = order.map((axis) => this.stride[axis]);
    return new ArrayView(this.data, shape, stride, this.offset);
  }

  /** Fix axes at these positions; the result lacks these axes. */
  pick(...at: PerAxis): ArrayView<D> {
    const kept = this.shape.map((_, axis) => axis).filter((axis) => !isCount(at[axis]));
    const first = this.shape.map((_, axis) => (isCount(at[axis]) ? at[axis] : 0));
    const shape = kept.map((axis) => this.shape[axis]);
    const stride = kept.map((axis) => this.stride[axis]);
    return new ArrayView(this.data, shape, stride, this.index(...first));
  }
}

/**
 * Make a view of values in row-major order, with ndarray's fields and methods. ndarray's own constructor makes code
 * from strings, which a strict Content-Security-Policy and `node --disallow-code-generation-from-strings` forbid: the
 * library's own arrays are of this class.
 * @example const images = arrayView(new Uint8Array(6), [2, 3]); images.get(1, 2)
 */
export function arrayView<D extends TypedArray>(data: D, shape: readonly number[]): NdArray<D> {
  return new ArrayView(data, [...shape], rowMajor(shape), 0) as unknown as NdArray<D>;
}
