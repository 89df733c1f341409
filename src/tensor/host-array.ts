import type { NdArray } from 'ndarray';
import type { TypedArray } from '../base/dtype.js';
import { sizeOf } from '../base/shape.js';

export function isNdArray(value: unknown): value is NdArray<TypedArray> {
  if (value === null || typeof value !== 'object') return false;
  const view = value as Partial<NdArray<TypedArray>>;
  return Array.isArray(view.shape) && Array.isArray(view.stride) && typeof view.offset === 'number' && 'data' in view;
}

/** The values of a view in row-major order; the backing array itself where it already is. */
export function flattenNdArray(view: NdArray<TypedArray>): ArrayLike<number> {
  const { shape, stride, offset, data } = view;
  const size = sizeOf(shape);
  let expected = 1;
  let contiguous = true;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    contiguous &&= shape[axis] === 1 || stride[axis] === expected;
    expected *= shape[axis];
  }
  // ndarray takes plain arrays of numbers too.
  if (contiguous) return Array.isArray(data) ? data.slice(offset, offset + size) : data.subarray(offset, offset + size);
  const values = new (data.constructor as new (length: number) => TypedArray)(size);
  let next = 0;
  const walk = (axis: number, at: number): void => {
    if (axis === shape.length) values[next++] = data[at];
    else for (let i = 0; i < shape[axis]; i++) walk(axis + 1, at + i * stride[axis]);
  };
  walk(0, offset);
  return values;
}
