import { DTYPES, isTypedArray as isNumberArray } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import { NUMBERS, SIZES, TEXT } from './arguments.js';

/**
 * @param message called if the expression is false
 * @throws ValueError with the message
 * @example util.assert(x.rank === 2, () => `expected a matrix, given rank ${x.rank}`);
 */
export function assert(expression: boolean, message: () => string): void {
  if (!expression) throw new ValueError(String(typeof message === 'function' ? message() : message));
}

/** @throws ValueError for null and undefined @example util.assertNonNull(x); */
export function assertNonNull(value: unknown): void {
  if (value === null || value === undefined) throw new ValueError(`assertNonNull: given ${String(value)}`);
}

/** @throws ShapeError when two shapes differ @example util.assertShapesMatch([2, 3], x.shape); */
export function assertShapesMatch(a: readonly number[], b: readonly number[], prefix = ''): void {
  TEXT.check('assertShapesMatch', 'prefix', prefix);
  if (!arraysEqual(a, b)) throw new ShapeError(`${prefix} Shapes ${show(a)} and ${show(b)} must match`.trim());
}

/** @throws ShapeError when a size is not an integer ≥ 0 @example util.assertNonNegativeIntegerDimensions([2, 3]); */
export function assertNonNegativeIntegerDimensions(shape: readonly number[]): void {
  for (const size of NUMBERS.check('assertNonNegativeIntegerDimensions', 'shape', shape)) {
    if (!isInt(size) || size < 0) throw new ShapeError(`shape [${shape}] has ${size}, expected integers ≥ 0`);
  }
}

/** Return whether two arrays have the same values. @example util.arraysEqual([1, 2], [1, 2]) */
export function arraysEqual(a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean {
  if (a === b) return true;
  if (!a || !b || a.length !== b.length) return false;
  return Array.prototype.every.call(a, (value, i) => value === b[i]);
}

/**
 * Return whether two arrays have the same values; null matches any value. @example util.arraysEqualWithNull([null, 3],
 * [2, 3])
 */
export function arraysEqualWithNull(a: readonly (number | null)[], b: readonly (number | null)[]): boolean {
  if (a === b) return true;
  if (!a || !b) return false;
  SIZES.check('arraysEqualWithNull', 'a', a);
  SIZES.check('arraysEqualWithNull', 'b', b);
  return a.length === b.length && a.every((value, i) => value === null || b[i] === null || value === b[i]);
}

/** Return whether a number is an integer. @example util.isInt(3) */
export const isInt = (value: number): boolean => typeof value === 'number' && value % 1 === 0;
/** Return whether a value is a number. @example util.isNumber(3) */
export const isNumber = (value: unknown): value is number => typeof value === 'number';
/** @example util.isString('a') */
export const isString = (value: unknown): value is string => typeof value === 'string' || value instanceof String;
/** @example util.isBoolean(true) */
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
/** @example util.isFunction(Math.max) */
export const isFunction = (value: unknown): boolean =>
  Boolean(value && (value as { constructor?: unknown }).constructor && typeof value === 'function');
/** @example util.isPromise(x.data()) */
export const isPromise = (value: unknown): value is Promise<unknown> =>
  typeof (value as { then?: unknown } | null)?.then === 'function';
/** @example util.isTypedArray(new Float32Array(2)) */
export const isTypedArray = (value: unknown): boolean => isNumberArray(value);
/** Return whether a shape is that of a scalar. @example util.isScalarShape([]) */
export const isScalarShape = (shape: readonly number[]): boolean =>
  SIZES.check('isScalarShape', 'shape', shape).length === 0;
/** Return whether a value names a dtype. @example util.isValidDtype('float32') */
export const isValidDtype = (dtype: unknown): boolean => (DTYPES as readonly unknown[]).includes(dtype);
