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
import { integer } from '../../base/option.js';
import { type Shape, sizeOf } from '../../base/shape.js';
import { show } from '../../base/show.js';
import { assertCount } from '../../tensor/convert.js';
import type { NestedArray } from '../../tensor/tensor.js';
import { ARRAY, DTYPE, NUMBER_ARRAY, NUMBERS } from './arguments.js';
import { flatten } from './arrays.js';

const SIZE = integer({ min: 0, max: 2 ** 31 });

const arrayOf = (caller: string, dtype: DType, size: number): TypedArray =>
  typedArray(DTYPE.check(caller, 'dtype', dtype), SIZE.check(caller, 'size', size));

/** Return the bytes of a value of a dtype. @example util.bytesPerElement('float32') // 4 */
export const bytesPerElement = (dtype: DType): number =>
  BYTES_PER_ELEMENT[DTYPE.check('bytesPerElement', 'dtype', dtype)];

/** Create a typed array of zeros. @example util.makeZerosTypedArray(3, 'int32'); */
export const makeZerosTypedArray = (size: number, dtype?: DType | null): TypedArray =>
  arrayOf('makeZerosTypedArray', dtype ?? 'float32', size);
/** Create a typed array of ones. @example util.makeOnesTypedArray(3, 'int32'); */
export const makeOnesTypedArray = (size: number, dtype?: DType | null): TypedArray =>
  arrayOf('makeOnesTypedArray', dtype ?? 'float32', size).fill(1);
/** Create the typed array of a dtype. @example util.getTypedArrayFromDType('bool', 4); */
export const getTypedArrayFromDType = (dtype: DType, size: number): TypedArray =>
  arrayOf('getTypedArrayFromDType', dtype, size);
/** `getTypedArrayFromDType`. @example util.getArrayFromDType('float32', 4); */
export const getArrayFromDType = getTypedArrayFromDType;

/** Create nested arrays of zeros. @example util.makeZerosNestedTypedArray([2, 3], 'float32'); */
export const makeZerosNestedTypedArray = (shape: Shape, dtype?: DType | null): NestedArray | TypedArray =>
  toNestedArray(shape, makeZerosTypedArray(sizeOf(NUMBERS.check('makeZerosNestedTypedArray', 'shape', shape)), dtype));

/**
 * Convert values to nested arrays, or to a number for a scalar.
 * @throws ShapeError if the values do not fill the shape
 * @example util.toNestedArray([2, 2], new Float32Array([1, 2, 3, 4]));
 */
export function toNestedArray(shape: Shape, values: TypedArray): NestedArray {
  NUMBERS.check('toNestedArray', 'shape', shape);
  NUMBER_ARRAY.check('toNestedArray', 'values', values);
  return nested(shape, values);
}

function nested(shape: Shape, values: TypedArray): NestedArray {
  if (shape.length === 0) return values[0];
  assertCount('toNestedArray', values.length, shape);
  const inner = shape.slice(1);
  const size = sizeOf(inner);
  return Array.from({ length: shape[0] }, (_, i) => nested(inner, values.slice(i * size, (i + 1) * size)));
}

/** Return the dtype of values. @example util.inferDtype([true, false]); */
export function inferDtype(values: unknown): DType {
  let first: unknown = values;
  while (Array.isArray(first)) first = first[0];
  if (typeof first === 'boolean') return 'bool';
  const isInteger = isTypedArray(first) && !/Float/.test(Object.prototype.toString.call(first));
  return isInteger ? 'int32' : 'float32';
}

/** Return whether a conversion between dtypes loses information. @example util.hasEncodingLoss('float32', 'int32') */
export const hasEncodingLoss = (oldType: DType, newType: DType): boolean => promote(oldType, newType) !== newType;

/**
 * @throws ValueError if a value is NaN or infinite and the dtype is not a float
 * @example util.checkConversionForErrors([1, 2], 'int32');
 */
export function checkConversionForErrors(values: ArrayLike<number>, dtype: DType): void {
  DTYPE.check('checkConversionForErrors', 'dtype', dtype);
  ARRAY.check('checkConversionForErrors', 'values', values);
  if (dtype === 'float32' || dtype === 'float64') return;
  const wrong = Array.prototype.findIndex.call(values, (value) => !Number.isFinite(value));
  if (wrong >= 0)
    throw new ValueError(`checkConversionForErrors: values[${wrong}] is ${show(values[wrong])}, not in ${dtype}`);
}

/**
 * Convert numbers or nested arrays to the typed array of a dtype.
 * @throws ValueError
 * @example util.toTypedArray([[1, 2], [3, 4]], 'int32');
 */
export function toTypedArray(values: unknown, dtype: DType): TypedArray {
  DTYPE.check('toTypedArray', 'dtype', dtype);
  const flat = isTypedArray(values) ? values : flatten<number>(values);
  checkConversionForErrors(flat, dtype);
  return typedArrayFrom(dtype, flat);
}

/** Create a typed array with a single value. @throws ValueError @example util.createScalarValue(3, 'float32'); */
export const createScalarValue = (value: number, dtype: DType): TypedArray => toTypedArray([value], dtype);
