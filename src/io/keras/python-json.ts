/*
 * Python tells 1 from 1.0. Keras 3 refuses a learning rate that is an int (`base_optimizer.py`), and its schedules
 * compute in the type of their first rate (`learning_rate_schedule.py`): in integers, where that is one.
 */

const RATES = new Set(['learning_rate', 'initial_learning_rate']);
const isRates = (key: string, holder: object): boolean => key === 'values' && 'boundaries' in holder;

/** Marks an integer that is to be written as a float; no text of a config begins so. */
const MARK = '\u0000float ';
const MARKED = /"\\u0000float (-?\d+)"/g;

const marked = (value: unknown): unknown => {
  // From 1e21 on JavaScript writes an exponent, which Python reads as a float.
  const isPlainInteger = Number.isInteger(value) && Math.abs(value as number) < 1e21;
  return isPlainInteger ? `${MARK}${value}` : value;
};

/** Return the JSON text of a config for Keras. */
export function pythonJson(config: object): string {
  const text = JSON.stringify(config, function (this: object, key: string, value: unknown) {
    if (RATES.has(key)) return marked(value);
    return isRates(key, this) && Array.isArray(value) ? value.map(marked) : value;
  });
  return text.replace(MARKED, '$1.0');
}
