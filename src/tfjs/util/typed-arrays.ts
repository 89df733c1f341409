import {
  BYTES_PER_ELEMENT,
  type DType,
  isTypedArray,
  promote,
  type TypedArray,
  typedArray,
  typedArrayFrom,
} from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { type Shape, sizeOf } from '../../base/shape.js';
import { assertCount } from '../../tensor/convert.js';
import type { NestedArray } from '../../tensor/tensor.js';
import { flatten } from './arrays.js';

/** @example util.bytesPerElement('float32') // 4 */
export const bytesPerElement = (dtype: DType): number => BYTES_PER_ELEMENT[dtype];

/** Make a typed array of zeros. @example util.makeZerosTypedArray(3, 'int32'); */
export const makeZerosTypedArray = (size: number, dtype?: DType | null): TypedArray =>
  typedArray(dtype ?? 'float32', size);
/** Make a typed array of ones. @example util.makeOnesTypedArray(3, 'int32'); */
export const makeOnesTypedArray = (size: number, dtype?: DType | null): TypedArray =>
  makeZerosTypedArray(size, dtype).fill(1);
/** Make the typed array of a dtype. @example util.getTypedArrayFromDType('bool', 4); */
export const getTypedArrayFromDType = (dtype: DType, size: number): TypedArray => typedArray(dtype, size);
/** `getTypedArrayFromDType`. @example util.getArrayFromDType('float32', 4); */
export const getArrayFromDType = getTypedArrayFromDType;

/** Make nested arrays of zeros. @example util.makeZerosNestedTypedArray([2, 3], 'float32'); */
export const makeZerosNestedTypedArray = (shape: Shape, dtype?: DType | null): NestedArray | TypedArray =>
  toNestedArray(shape, makeZerosTypedArray(sizeOf(shape), dtype));

/**
 * Convert values to nested arrays; a scalar to a number.
 * @throws ShapeError when they do not fill the shape
 * @example util.toNestedArray([2, 2], new Float32Array([1, 2, 3, 4]));
 */
export function toNestedArray(shape: Shape, values: TypedArray): NestedArray {
  if (shape.length === 0) return values[0];
  assertCount('toNestedArray', values.length, shape);
  const inner = shape.slice(1);
  const size = sizeOf(inner);
  return Array.from({ length: shape[0] }, (_, i) => toNestedArray(inner, values.subarray(i * size, (i + 1) * size)));
}

/** Return the dtype of values. @example util.inferDtype([true, false]); */
export function inferDtype(values: unknown): DType {
  let first: unknown = values;
  while (Array.isArray(first)) first = first[0];
  if (typeof first === 'boolean') return 'bool';
  const isInteger = isTypedArray(first) && !/Float/.test(Object.prototype.toString.call(first));
  return isInteger ? 'int32' : 'float32';
}

/** Return whether a change of dtype loses values. @example util.hasEncodingLoss('float32', 'int32') */
export const hasEncodingLoss = (oldType: DType, newType: DType): boolean => promote(oldType, newType) !== newType;

/**
 * @throws ValueError when a value is NaN or infinite, and the dtype is none of floats
 * @example util.checkConversionForErrors([1, 2], 'int32');
 */
export function checkConversionForErrors(values: ArrayLike<number>, dtype: DType): void {
  if (dtype === 'float32' || dtype === 'float64') return;
  const wrong = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new ValueError(`checkConversionForErrors: values[${wrong}] is ${values[wrong]}, not in ${dtype}`);
}

/**
 * Convert numbers or nested arrays to the typed array of a dtype.
 * @throws ValueError
 * @example util.toTypedArray([[1, 2], [3, 4]], 'int32');
 */
export function toTypedArray(values: unknown, dtype: DType): TypedArray {
  const flat = isTypedArray(values) ? values : flatten<number>(values);
  checkConversionForErrors(flat, dtype);
  return typedArrayFrom(dtype, flat);
}

/** Make a typed array of one number. @throws ValueError @example util.createScalarValue(3, 'float32'); */
export const createScalarValue = (value: number, dtype: DType): TypedArray => toTypedArray([value], dtype);
