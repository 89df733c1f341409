import { ValueError } from './errors.js';
import { didYouMean } from './names.js';
import type { Option } from './option.js';
import { isPlainObject, show } from './show.js';

export * from './option.js';

/*
 * Options are declared once, in a table: name → option. `readOptions` checks the object that a user passes and adds the
 * defaults, `Given` and `Options` are the types of its input and output, `configOf` writes the values to files.
 */

export type OptionTable = { readonly [name: string]: Option<unknown, unknown, boolean> };

type RequiredNames<Table extends OptionTable> = {
  [Name in keyof Table]: Table[Name]['required'] extends true ? Name : never;
}[keyof Table];

type Flat<T> = { [Name in keyof T]: T[Name] } & {};

/** The type of the options that users pass. */
export type Given<Table extends OptionTable> = Flat<
  { readonly [Name in keyof Table as Name extends RequiredNames<Table> ? Name : never]: Table[Name]['input'] } & {
    readonly [Name in keyof Table as Name extends RequiredNames<Table> ? never : Name]?: Table[Name]['input'];
  }
>;

/** The type of the options after `readOptions`. */
export type Options<Table extends OptionTable> = { readonly [Name in keyof Table]: Table[Name]['value'] };

/**
 * Check options and add the defaults. undefined and null mean the default.
 * @param caller name of the caller, for messages: `dense (Dense)`, `fit`
 * @param first option that may be given without an object: `l2(0.5)` is `l2({ l2: 0.5 })`
 * @throws ValueError for an unknown name, an invalid value, or anything but a plain object
 */
export function readOptions<Table extends OptionTable, First extends keyof Table & string = never>(
  caller: string,
  table: Table,
  given: Given<Table> | Table[First]['input'] | null | undefined,
  first?: First,
): Options<Table> {
  const alone = first !== undefined && given !== null && given !== undefined && !isPlainObject(given);
  const options = (alone ? { [first]: given } : (given ?? {})) as Record<string, unknown>;
  assertOptionNames(caller, table, options);
  const values: Record<string, unknown> = {};
  for (const name in table) {
    const { fallback, takesNull } = table[name].rules;
    let value = options[name];
    const isMissing = fallback && (value === undefined || (value === null && !takesNull));
    if (isMissing) value = fallback(options);
    values[name] = isMissing && value === undefined ? undefined : table[name].check(caller, name, value);
  }
  return values as Options<Table>;
}

/** Assert that options are a plain object without names that are not in the table. @throws ValueError */
export function assertOptionNames(caller: string, table: OptionTable, given: unknown): void {
  const known = Object.keys(table);
  const list = known.length > 0 ? ` of ${known.join(', ')}` : ' without options';
  if (!isPlainObject(given)) throw new ValueError(`${caller}: options are ${show(given)}, expected an object${list}`);
  for (const [name, value] of Object.entries(given)) {
    if (value === undefined || value === null || Object.hasOwn(table, name)) continue;
    const hint = didYouMean(name, known) || (known.length > 0 ? `, expected ${known.join(', ')}` : '');
    throw new ValueError(`${caller}: there is no option ${name}${hint}`);
  }
}

/** Convert options to a serializable config. @param caller for messages about values that cannot be saved */
export function configOf<Table extends OptionTable>(
  table: Table,
  values: Options<Table>,
  caller = '',
): Record<string, unknown> {
  const config: Record<string, unknown> = {};
  for (const name in table) {
    const { toConfig } = table[name].rules;
    const value = toConfig ? toConfig(values[name], `${caller}: ${name}`) : values[name];
    if (value !== undefined) config[name] = value;
  }
  return config;
}
