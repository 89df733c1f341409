import { isTypedArray } from '../../base/dtype.js';
import { ShapeError } from '../../base/errors.js';
import { permutation } from '../../tensor/random.js';

/* Arrays in random order, drawn from the stream of `setSeed`, so that a run can be repeated. */

type Mutable = { [index: number]: unknown; readonly length: number };

/** Exchange two entries in place. @example util.swap(labels, 0, 1); */
export function swap(array: Mutable, left: number, right: number): void {
  [array[left], array[right]] = [array[right], array[left]];
}

/** Shuffle an array in place. @example util.shuffle(labels); */
export function shuffle(array: Mutable): void {
  reorder(array, permutation(array.length));
}

/**
 * Shuffle two arrays in place, in the same order.
 * @throws ShapeError when their lengths differ
 * @example util.shuffleCombo(xs, ys);
 */
export function shuffleCombo(array: Mutable, other: Mutable): void {
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

/** Return 0 … n − 1 in random order. @example const order = util.createShuffledIndices(images.shape[0]); */
export const createShuffledIndices = (n: number): Uint32Array => Uint32Array.from(permutation(n));

/**
 * Flatten nested arrays.
 * @param result array to which the values are added
 * @param skipTypedArray typed arrays count as single values
 * @example util.flatten([[1, 2], [3, [4]]]);
 */
export function flatten<T>(values: unknown, result: T[] = [], skipTypedArray = false): T[] {
  const isNested = Array.isArray(values) || (isTypedArray(values) && !skipTypedArray);
  if (!isNested) result.push(values as T);
  else for (const value of values as Iterable<unknown>) flatten(value, result, skipTypedArray);
  return result;
}
