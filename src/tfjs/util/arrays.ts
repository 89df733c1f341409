import { assertList } from '../../base/arguments.js';
import { isTypedArray } from '../../base/dtype.js';
import { ShapeError } from '../../base/errors.js';
import { integer } from '../../base/option.js';
import { permutation } from '../../tensor/random.js';
import { ARRAY } from './arguments.js';

/* Random permutations of arrays, drawn from the stream that `setSeed` seeds, so that results are reproducible. */

type Mutable = { [index: number]: unknown; readonly length: number };

const COUNT = integer({ min: 0 });

/** Exchange two entries in place. @throws ValueError @example util.swap(labels, 0, 1); */
export function swap(array: Mutable, left: number, right: number): void {
  ARRAY.check('swap', 'array', array);
  COUNT.check('swap', 'left', left);
  COUNT.check('swap', 'right', right);
  [array[left], array[right]] = [array[right], array[left]];
}

/** Shuffle an array in place. @throws ValueError @example util.shuffle(labels); */
export function shuffle(array: Mutable): void {
  ARRAY.check('shuffle', 'array', array);
  reorder(array, permutation(array.length));
}

/**
 * Shuffle two arrays in place, in the same order.
 * @throws ValueError
 * @throws ShapeError when their lengths differ
 * @example util.shuffleCombo(xs, ys);
 */
export function shuffleCombo(array: Mutable, other: Mutable): void {
  ARRAY.check('shuffleCombo', 'array', array);
  ARRAY.check('shuffleCombo', 'other', other);
  if (array.length !== other.length) {
    throw new ShapeError(`shuffleCombo: arrays of ${array.length} and ${other.length}, expected one length`);
  }
  const order = permutation(array.length);
  reorder(array, order);
  reorder(other, order);
}

function reorder(array: Mutable, order: Int32Array): void {
  const before = Array.prototype.slice.call(array);
  for (const [to, from] of order.entries()) array[to] = before[from];
}

/** Return 0 … n − 1 in random order. @throws ValueError @example const order = util.createShuffledIndices(images.shape[0]); */
export const createShuffledIndices = (n: number): Uint32Array =>
  Uint32Array.from(permutation(COUNT.check('createShuffledIndices', 'n', n)));

/**
 * Flatten nested arrays.
 * @param result array to which the values are added
 * @param skipTypedArray whether typed arrays count as single values
 * @throws ValueError when `result` is no array
 * @example util.flatten([[1, 2], [3, [4]]]);
 */
export function flatten<T>(values: unknown, result: T[] = [], skipTypedArray = false): T[] {
  assertList('flatten', 'result', result, 'a list');
  collect(values, result, skipTypedArray);
  return result;
}

function collect<T>(values: unknown, result: T[], skipTypedArray: boolean): void {
  const isNested = Array.isArray(values) || (isTypedArray(values) && !skipTypedArray);
  if (!isNested) result.push(values as T);
  else for (const value of values as Iterable<unknown>) collect(value, result, skipTypedArray);
}
