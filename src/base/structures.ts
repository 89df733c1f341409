import { isTypedArray } from './dtype.js';
import { ValueError } from './errors.js';
import { accept, type Option, option } from './option.js';
import type { OptionTable } from './options.js';
import { isPlainObject, show } from './show.js';

/* Checks of arguments that are arrays or objects of several values. They name what is wrong: `runs[1]: history`. */

/** Numbers in an array or a typed array. */
export const numberArray = (): Option<ArrayLike<number>> =>
  accept('an array of numbers', (value) =>
    Array.isArray(value) ? value.every((each) => typeof each === 'number') : isTypedArray(value),
  );

type ValuesOf<Fields extends OptionTable> = { readonly [Name in keyof Fields]: Fields[Name]['value'] };

/** An object with these properties; it may have others. */
export const objectOf = <Fields extends OptionTable>(fields: Fields): Option<ValuesOf<Fields>> =>
  option({
    expected: `an object of ${Object.keys(fields).join(', ')}`,
    read: (value, place) => {
      if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
      for (const name in fields) fields[name].check(place, name, (value as Record<string, unknown>)[name]);
      return value as ValuesOf<Fields>;
    },
  });

/** An object whose values an option accepts, whatever their names. */
export const recordOf = <Value>(each: Option<Value>): Option<Readonly<Record<string, Value>>> =>
  option({
    expected: `an object of names, each with ${each.rules.expected}`,
    read: (value, place) => {
      if (!isPlainObject(value)) return undefined;
      for (const [name, item] of Object.entries(value)) each.check(place, name, item);
      return value as Readonly<Record<string, Value>>;
    },
  });

/** A list, each item of which an option accepts; the first that it does not accept is named. */
export const itemsOf = <Value>(each: Option<Value>): Option<readonly Value[]> =>
  option({
    expected: `a list, each ${each.rules.expected}`,
    read: (value, place) =>
      Array.isArray(value) ? value.map((item, index) => readItem(each, item, index, place)) : undefined,
  });

function readItem<Value>(each: Option<Value>, item: unknown, index: number, place: string): Value {
  const at = `${place}[${index}]`;
  const value = each.rules.read(item, at);
  if (value === undefined) throw new ValueError(`${at} is ${show(item)}, expected ${each.rules.expected}`);
  return value;
}
