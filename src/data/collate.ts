import type { NdArray } from 'ndarray';
import { otherCopyOf } from '../base/copy.js';
import { isTypedArray, type TypedArray } from '../base/dtype.js';
import { ValueError } from '../base/errors.js';
import { isPlainObject, show } from '../base/show.js';
import { stack } from '../ops/concat.js';
import { tensor } from '../ops/creation.js';
import { clone } from '../ops/reshape.js';
import { isNdArray } from '../tensor/host-array.js';
import { keep, tidy } from '../tensor/scope.js';
import { Tensor } from '../tensor/tensor.js';

/** Copy an element: its tensors are cloned, numbers and typed arrays are passed on. */
export function copyOf<T>(element: T): T {
  if (element instanceof Tensor) return keep(clone(element)) as unknown as T;
  if (Array.isArray(element)) return element.map(copyOf) as unknown as T;
  if (isPlainObject(element) && !isNdArray(element)) {
    return Object.fromEntries(Object.entries(element).map(([key, value]) => [key, copyOf(value)])) as T;
  }
  // Cloned, because the original is freed with the elements.
  if (otherCopyOf(element)) throw new ValueError(`data.array: an item contains ${show(element)}, expected a tensor`);
  return element;
}

const isNumber = (value: unknown): boolean => typeof value === 'number' || typeof value === 'boolean';

/** Numbers in (nested) lists. */
type Numbers = number | boolean | readonly Numbers[];

/** The type of stacked elements: a tensor for numbers and tensors, the same structure for lists and objects. */
export type Batched<T> = unknown extends T
  ? T
  : T extends Tensor | Numbers | TypedArray | NdArray
    ? Tensor
    : { [Key in keyof T]: Batched<T[Key]> };

/**
 * Return whether a value becomes one tensor: a number, (nested) lists of numbers, a typed array, an ndarray, a tensor.
 */
function isTensorLike(value: unknown): boolean {
  if (value instanceof Tensor || isNumber(value) || isTypedArray(value) || isNdArray(value)) return true;
  return (
    Array.isArray(value) && value.length > 0 && value.every((item) => !(item instanceof Tensor) && isTensorLike(item))
  );
}

/**
 * Combine elements of the same structure into one, stacking tensors along a new first axis. The caller keeps the
 * elements.
 * @throws ValueError when structures differ or a value cannot become a tensor @throws ShapeError when shapes differ
 */
export function collate(rows: readonly unknown[]): unknown {
  const [first] = rows;
  if (isTensorLike(first)) {
    if (rows.every(isNumber)) return tensor(rows as number[]);
    return tidy(() => stack(rows.map((row) => (row instanceof Tensor ? row : tensor(row as number[])))));
  }
  const fields = Array.isArray(first)
    ? first.map((_, index) => index)
    : isPlainObject(first)
      ? Object.keys(first)
      : null;
  if (!fields) {
    throw new ValueError(`dataset.batch: an element contains ${show(first)}, expected numbers, arrays or tensors`);
  }
  const columns = tidy(() =>
    fields.map((field) =>
      collate(
        rows.map((row) => {
          const value = (row as Record<string | number, unknown> | null)?.[field];
          if (value === undefined)
            throw new ValueError(`dataset.batch: an element lacks ${field}, which the first one has`);
          return value;
        }),
      ),
    ),
  );
  return Array.isArray(first) ? columns : Object.fromEntries(fields.map((field, index) => [field, columns[index]]));
}
