import { assertList } from '../base/arguments.js';
import { isTypedArray } from '../base/dtype.js';
import { copyOf } from './collate.js';
import { Dataset } from './dataset.js';

type MaybePromise<T> = T | Promise<T>;

/**
 * Create a data set from the items of a list; tensors are copies that share memory. @example array([1, 2, 3]).batch(2)
 */
export function array<T>(items: readonly T[]): Dataset<T> {
  if (!isTypedArray(items)) assertList('data.array', 'items', items, 'a list');
  return new Dataset(async function* () {
    for (const item of items) yield copyOf(item);
  }, items.length);
}

/**
 * Create a data set from the iterator that a function returns; each iteration calls it again.
 * @example generator(function* () { yield 1; yield 2; })
 */
export function generator<T>(make: () => MaybePromise<Iterator<T> | AsyncIterator<T>>): Dataset<T> {
  return new Dataset(async function* () {
    const iterator = await make();
    try {
      for (;;) {
        const { done, value } = await iterator.next();
        if (done) return;
        yield value;
      }
    } finally {
      await iterator.return?.();
    }
  });
}

/** Create an endless data set from the results of a function. @example func(() => Math.random()).take(10) */
export function func<T>(f: () => MaybePromise<T>): Dataset<T> {
  return new Dataset(async function* () {
    for (;;) yield await f();
  }, Number.POSITIVE_INFINITY);
}
