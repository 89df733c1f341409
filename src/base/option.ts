import { ValueError } from './errors.js';
import { didYouMean, plainName } from './names.js';
import { show } from './show.js';

type GivenOptions = Readonly<Record<string, unknown>>;

interface Rules<Value> {
  /** Completes "units is '3', expected …": `an integer ≥ 1`. */
  readonly expected: string;
  /** Return the value to use; undefined if it is invalid. @param place for messages: `dense (Dense): units` */
  read(value: unknown, place: string): Value | undefined;
  /** Candidates for the nearest name in the message. */
  readonly choices?: readonly string[];
  readonly takesNull?: boolean;
  /**
   * The default value, which is checked like any other; undefined stays undefined.
   * @param given all options as given
   */
  fallback?(given: GivenOptions): unknown;
  toConfig?(value: Value, place: string): unknown;
}

/** One option: a check, an optional default, and a way back to a config. Each method returns a new option. */
export class Option<Value, Input = Value, Required extends boolean = true> {
  /** For types only: the type that code reads, the type that users pass, and whether the option is required. */
  declare readonly value: Value;
  declare readonly input: Input;
  declare readonly required: Required;

  /** @internal use a function of this module, or `option` */
  constructor(readonly rules: Rules<Value>) {}

  /** Set the default value. */
  default(value: Input): Option<Value, Input, false> {
    return this.defaultFrom(() => value);
  }

  /** Derive the default from the other options. @param find receives the options as they were given */
  defaultFrom(find: (given: GivenOptions) => unknown): Option<Value, Input, false> {
    return new Option({ ...this.rules, fallback: find });
  }

  /** Make the option optional: its value is undefined if it is not given. */
  optional(): Option<Value | undefined, Input, false> {
    const rules = this.rules as Rules<Value | undefined>;
    return new Option<Value | undefined, Input, false>({ ...rules, fallback: () => undefined });
  }

  /** Accept null as a value; it does not mean the default. */
  nullable(): Option<Value | null, Input | null, Required> {
    const { expected, read, toConfig, ...rules } = this.rules;
    return new Option<Value | null, Input | null, Required>({
      ...rules,
      expected: `${expected} or null`,
      takesNull: true,
      read: (value, place) => (value === null ? null : read(value, place)),
      toConfig: toConfig && ((value, place) => (value === null ? null : toConfig(value, place))),
    });
  }

  /** Set the conversion to configs; undefined leaves the value out. */
  inConfig(toConfig: (value: Value, place: string) => unknown): Option<Value, Input, Required> {
    return new Option({ ...this.rules, toConfig });
  }

  /**
   * Check a value and return the value to use.
   * @throws ValueError naming caller, option, value and what was expected
   */
  check(caller: string, name: string, given: unknown): Value {
    const place = `${caller}: ${name}`;
    const { read, expected, choices } = this.rules;
    const value = read(given, place);
    if (value !== undefined) return value;
    const hint = typeof given === 'string' && choices ? didYouMean(given, choices) : '';
    throw new ValueError(`${place} is ${show(given)}, expected ${expected}${hint}`);
  }
}

/** An option with custom rules; the functions below are the common ones. */
export const option = <Value, Input = Value>(rules: Rules<Value>): Option<Value, Input> => new Option(rules);

/** An option with a test: `accept('a layer', (value) => value instanceof Layer)`. */
export const accept = <Value>(expected: string, test: (value: unknown) => boolean): Option<Value> =>
  option({ expected, read: (value) => (test(value) ? (value as Value) : undefined) });

interface Bounds {
  readonly min?: number;
  readonly max?: number;
  /** Exclusive. */
  readonly above?: number;
  /** Exclusive. */
  readonly below?: number;
}

/** `integer ≥ 1`, `number in [0, 1)`. */
function bounded(kind: string, { min, max, above, below }: Bounds): string {
  const lower = min ?? above;
  const upper = max ?? below;
  if (lower === undefined && upper === undefined) return kind;
  if (lower === undefined) return `${kind} ${max === undefined ? '<' : '≤'} ${upper}`;
  if (upper === undefined) return `${kind} ${min === undefined ? '>' : '≥'} ${lower}`;
  return `${kind} in ${min === undefined ? '(' : '['}${lower}, ${upper}${max === undefined ? ')' : ']'}`;
}

const within = (value: number, { min, max, above, below }: Bounds): boolean =>
  !(value < min! || value > max! || value <= above! || value >= below!);

const isUnbounded = (bounds: Bounds): boolean => Object.keys(bounds).length === 0;

/** A finite number. */
export const number = (bounds: Bounds = {}): Option<number> =>
  accept(
    isUnbounded(bounds) ? 'a finite number' : bounded('a number', bounds),
    (value) => Number.isFinite(value) && within(value as number, bounds),
  );

/** A number in [0, 1]. */
export const fraction = (): Option<number> => number({ min: 0, max: 1 });

/** A safe integer. */
export const integer = (bounds: Bounds = {}): Option<number> =>
  accept(bounded('an integer', bounds), (value) => Number.isSafeInteger(value) && within(value as number, bounds));

export const positiveInteger = (): Option<number> => integer({ min: 1 });

export const boolean = (): Option<boolean> => accept('true or false', (value) => typeof value === 'boolean');

export const string = (): Option<string> => accept('a string', (value) => typeof value === 'string');

/** A function; `Signature` is its type. */
export const callable = <Signature extends (...args: never[]) => unknown>(): Option<Signature> =>
  accept('a function', (value) => typeof value === 'function');

/** One of the given values; strings in any spelling: `'fanIn'`, `'fan_in'`. */
export function oneOf<const Choice extends string | number | boolean>(choices: readonly Choice[]): Option<Choice> {
  const spelled = (value: string) =>
    choices.find((choice) => typeof choice === 'string' && plainName(choice) === plainName(value));
  return option({
    expected: `one of ${choices.map((choice) => show(choice)).join(', ')}`,
    choices: choices.filter((choice) => typeof choice === 'string'),
    read: (value) =>
      choices.includes(value as Choice) ? (value as Choice) : typeof value === 'string' ? spelled(value) : undefined,
  });
}

/** The value of the first option that accepts it. */
export function anyOf<const List extends readonly Option<unknown, unknown>[]>(
  ...options: List
): Option<List[number]['value'], List[number]['input']> {
  return option({
    expected: options.map(({ rules }) => rules.expected).join(' or '),
    choices: options.flatMap(({ rules }) => rules.choices ?? []),
    read: (value, place) => {
      for (const { rules } of options) {
        const found = rules.read(value, place);
        if (found !== undefined) return found;
      }
      return undefined;
    },
  });
}

/** A list of values that an option accepts. @param length default any */
export const listOf = <Value, Input>(each: Option<Value, Input>, length?: number): Option<Value[], readonly Input[]> =>
  option({
    expected: `a list${length === undefined ? '' : ` of ${length}`}, each ${each.rules.expected}`,
    read: (value, place) => {
      if (!Array.isArray(value) || (length !== undefined && value.length !== length)) return undefined;
      const read = value.map((item, index) => each.rules.read(item, `${place}[${index}]`));
      return read.includes(undefined) ? undefined : (read as Value[]);
    },
  });

/** One value for two, or a list of two. @param expected `one or two integers ≥ 1` */
export const pairOf = <Value, Input>(
  each: Option<Value, Input>,
  expected = `${each.rules.expected}, or two in a list`,
): Option<[Value, Value], Input | readonly [Input, Input]> => {
  const both = listOf(each, 2);
  return option({
    expected,
    read: (value, place) =>
      both.rules.read(Array.isArray(value) ? value : [value, value], place) as [Value, Value] | undefined,
  });
};
