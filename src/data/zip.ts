import { ValueError } from '../base/errors.js';
import { isPlainObject, show } from '../base/show.js';
import { dispose } from '../tensor/scope.js';
import { Dataset } from './dataset.js';

type Zipped = Dataset<unknown> | readonly Zipped[] | { readonly [name: string]: Zipped };

/** An element of zipped data sets, with the structure of the list or object of data sets. */
type Side<T> = T extends Dataset<infer Element> ? Element : { readonly [Key in keyof T]: Side<T[Key]> };

/**
 * Combine the elements of data sets in a list or an object into elements of the same structure; ends with the shortest.
 * @throws ValueError when an item is not a data set, or there are none
 * @example zip({ xs: images, ys: labels }).batch(32)
 */
export function zip<const T extends Zipped>(datasets: T): Dataset<Side<T>>;
export function zip(datasets: Zipped): Dataset<unknown> {
  const leaves: Dataset<unknown>[] = [];
  const collect = (item: Zipped): void => {
    if (item instanceof Dataset) leaves.push(item);
    else if (Array.isArray(item) || isPlainObject(item)) Object.values(item).forEach(collect);
    else throw new ValueError(`zip: given ${show(item)}, expected data sets in a list or an object`);
  };
  collect(datasets);
  if (leaves.length === 0) throw new ValueError('zip: given nothing, expected at least one data set');
  const sizes = leaves.map(({ size }) => size);
  const size = sizes.includes(null) ? null : Math.min(...(sizes as number[]));
  return new Dataset(async function* () {
    const iterators = leaves.map((leaf) => leaf[Symbol.asyncIterator]());
    try {
      for (;;) {
        const settled = await Promise.allSettled(iterators.map((iterator) => iterator.next()));
        const failed = settled.find((each) => each.status === 'rejected');
        const results = settled.flatMap((each) => (each.status === 'fulfilled' ? each.value : []));
        if (failed) {
          dispose(results.map(({ done, value }) => (done ? null : value)));
          throw failed.reason;
        }
        if (results.some(({ done }) => done)) {
          dispose(results.map(({ done, value }) => (done ? null : value)));
          return;
        }
        let next = 0;
        const build = (item: Zipped): unknown => {
          if (item instanceof Dataset) return results[next++].value;
          if (Array.isArray(item)) return item.map(build);
          return Object.fromEntries(Object.entries(item).map(([name, each]) => [name, build(each as Zipped)]));
        };
        yield build(datasets);
      }
    } finally {
      for (const iterator of iterators) await iterator.return?.();
    }
  }, size);
}
