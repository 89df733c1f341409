import type { Hdf5Group } from './read.js';

const KINDS: Readonly<Record<string, string>> = { f: 'float', i: 'int', u: 'uint' };

/** `<f4` is float32. */
const elementName = (dtype: string): string => `${KINDS[dtype[1]]}${8 * Number(dtype.slice(2))}`;

/** List the data sets of numbers in a group and below it, without reading them. */
export function listArrays(group: Hdf5Group): { name: string; shape: readonly number[]; dtype: string }[] {
  return group.keys().flatMap((key) => {
    const child = group.child(key);
    if (child) return listArrays(child);
    const array = group.numbers(key);
    if (!array) return [];
    const name = `${group.path}/${key}`.replace(/^\/+/, '');
    return [{ name, shape: array.shape, dtype: elementName(array.dtype) }];
  });
}
