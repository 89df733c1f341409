import { ValueError } from '../../base/errors.js';
import { didYouMean } from '../../base/names.js';

/** One value for all, one for each in order, or by name. */
export type PerOutput<T> = T | readonly T[] | Readonly<Record<string, T>>;

/**
 * Return one value for each output: the same for all, those of a list in order, or those of an object by name.
 * @throws ValueError when the list has another length or a name is not an output's
 */
export function perOutput<T>(
  caller: string,
  what: string,
  given: PerOutput<T>,
  names: readonly string[],
  isOne: (value: unknown) => boolean,
): (T | undefined)[] {
  if (isOne(given)) return names.map(() => given as T);
  if (Array.isArray(given)) {
    if (given.length !== names.length) {
      throw new ValueError(
        `${caller}: ${what} has ${given.length} items, expected ${names.length}, for ${names.join(', ')}`,
      );
    }
    return [...given];
  }
  const record = given as Readonly<Record<string, T>>;
  for (const name of Object.keys(record)) {
    if (!names.includes(name)) {
      throw new ValueError(
        `${caller}: ${what} names ${name}, expected one of ${names.join(', ')}${didYouMean(name, names)}`,
      );
    }
  }
  return names.map((name) => record[name]);
}
