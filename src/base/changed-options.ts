import type { Option, Options, OptionTable } from './options.js';
import type { SerializedObject } from './serialization.js';

/** Return the options that differ from their defaults, as a program would write them: for printing an object. */
export function changedOptions<Table extends OptionTable>(
  table: Table,
  values: Options<Table>,
): Record<string, unknown> {
  const changed: Record<string, unknown> = {};
  for (const name in table) {
    if (values[name] === undefined) continue;
    const written = writtenForm(table[name], values[name]);
    const usual = table[name].rules.fallback?.(values);
    const usualForm = usual === undefined ? undefined : writtenForm(table[name], table[name].check('', name, usual));
    if (JSON.stringify(written) !== JSON.stringify(usualForm)) changed[name] = written;
  }
  return changed;
}

/** Return a value in the form of configs, if it has one; for an object without options, only the class name. */
function writtenForm({ rules }: Option<unknown, unknown, boolean>, value: unknown): unknown {
  let written: unknown;
  try {
    written = rules.toConfig?.(value, '') ?? value;
  } catch {
    // An anonymous function is printed as its source.
    return (value as { readonly apply?: unknown }).apply ?? value;
  }
  const { className, config } = (written ?? {}) as Partial<SerializedObject>;
  return className && Object.values(config ?? {}).every((option) => option === null) ? className : written;
}
