import { DTYPES, isTypedArray } from '../../base/dtype.js';
import { accept, listOf, oneOf, string } from '../../base/option.js';

/* Checks of the arguments of `util`, which come from JavaScript; they name function, argument and value. */

const anyNumber = () => accept<number>('a number', (value) => typeof value === 'number');

/** Any number, NaN included. */
export const NUMBER = anyNumber();
/** A list of numbers: a shape, strides, coordinates. */
export const NUMBERS = listOf(anyNumber());
/** A list of numbers or nulls. */
export const SIZES = listOf(anyNumber().nullable());
export const TEXT = string();
export const DTYPE = oneOf(DTYPES);

const isArray = (value: unknown): boolean => Array.isArray(value) || isTypedArray(value);
/** An array or a typed array. */
export const ARRAY = accept<ArrayLike<unknown>>('an array', isArray);
/** The same, of numbers. */
export const NUMBER_ARRAY = accept<ArrayLike<number>>(
  'an array of numbers',
  (value) => isArray(value) && Array.from(value as ArrayLike<unknown>).every((each) => typeof each === 'number'),
);
