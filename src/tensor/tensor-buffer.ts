import { assertDType, type DType, type TypedArray, type TypedArrayOf, typedArray } from '../base/dtype.js';
import { ShapeError } from '../base/errors.js';
import { assertShape, type Shape, sizeOf, stridesOf } from '../base/shape.js';
import { assertCount } from './convert.js';
import { type Tensor, upload } from './tensor.js';

/**
 * A host-side buffer whose values are set one at a time and then converted to a tensor.
 * @example const pixels = buffer([2, 2]); pixels.set(7, 0, 1); pixels.toTensor().print();
 */
export class TensorBuffer<D extends DType = DType> {
  readonly size: number;
  readonly values: TypedArrayOf[D];
  readonly shape: number[];
  private readonly steps: readonly number[];

  /** @throws ShapeError when values do not fill the shape */
  constructor(
    shape: Shape,
    readonly dtype: D,
    values?: TypedArray | null,
  ) {
    assertShape('buffer', shape);
    assertDType(dtype, 'buffer');
    this.shape = [...shape];
    this.size = sizeOf(shape);
    if (values) assertCount('buffer', values.length, shape);
    this.values = (values as TypedArrayOf[D] | null | undefined) ?? typedArray(dtype, this.size);
    this.steps = stridesOf(shape);
  }

  get rank(): number {
    return this.shape.length;
  }

  /** Strides in elements, without that of the last axis, as in tfjs. */
  get strides(): number[] {
    return this.steps.slice(0, -1);
  }

  /** Return the value at coordinates; without coordinates, the first. @throws ShapeError when they are out of range */
  get(...locs: number[]): number {
    return this.values[this.placeOf('get', locs)];
  }

  /** Set the value at coordinates. @throws ShapeError when they are out of range */
  set(value: number | boolean, ...locs: number[]): void {
    this.values[this.placeOf('set', locs)] = Number(value);
  }

  /** Return the index of coordinates in `values`. */
  locToIndex(locs: readonly number[]): number {
    return locs.reduce((index, at, axis) => index + at * this.steps[axis], 0);
  }

  /** Return the coordinates of an index in `values`. */
  indexToLoc(index: number): number[] {
    return this.shape.map((size, axis) => Math.floor(index / this.steps[axis]) % size);
  }

  /** Return a tensor with a copy of the values. */
  toTensor(): Tensor<D> {
    return upload(this.values, [...this.shape], this.dtype);
  }

  private placeOf(method: string, locs: readonly number[]): number {
    const given = locs.length === 0 ? this.shape.map(() => 0) : locs;
    const isInside = given.length === this.rank && given.every((at, axis) => at >= 0 && at < this.shape[axis]);
    if (!isInside) {
      throw new ShapeError(`TensorBuffer.${method}: [${locs}] is not in [${this.shape}], expected coordinates within`);
    }
    return this.locToIndex(given);
  }
}
