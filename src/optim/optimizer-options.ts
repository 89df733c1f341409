import { nearestName } from '../base/names.js';
import {
  accept,
  configOf,
  type Given,
  number,
  type Option,
  type Options,
  type OptionTable,
  readOptions,
} from '../base/options.js';
import { isPlainObject } from '../base/show.js';
import { ACCUMULATION } from './accumulation.js';
import { AVERAGING } from './averaging.js';
import { assertOneClipping, CLIPPING } from './clipping.js';
import { learningRate } from './learning-rate.js';
import type { Schedule } from './schedules.js';
import { WEIGHT_DECAY } from './weight-decay.js';

/** Options that are printed only where they are set. */
const RARE = { ...WEIGHT_DECAY, ...AVERAGING, ...ACCUMULATION };

const COMMON = {
  /** A number ≥ 0, or a schedule: a function of the number of updates so far. */
  learningRate: learningRate().default(0.001),
  /** Divides the rate by 1 + decay · updates, as Keras 2 did; default 0. */
  decay: number({ min: 0 }).default(0),
  ...CLIPPING,
  ...RARE,
};

type None = Record<never, never>;

/** Options of every optimizer and those of a class. */
export type OptimizerOptions<Own extends OptionTable = None> = Given<typeof COMMON & Own>;

/** Options, or only the learning rate. */
export type OptionsOrRate<Own extends OptionTable = None> = OptimizerOptions<Own> | number | Schedule;

/** Options of an optimizer after the check. */
export type OptionsOf<Own extends OptionTable = None> = Options<typeof COMMON & Own>;

/** The fraction of a running mean that remains at each update, in [0, 1). */
export const momentumFraction = (): Option<number> => number({ min: 0, below: 1 });

interface OptimizerClass {
  readonly defaultLearningRate: number;
  readonly ownOptions: OptionTable;
  /** Whether `ownOptions` has all options of the class. */
  readonly isComplete: boolean;
}

/**
 * Check the options of an optimizer.
 * @returns the options with their defaults, and the table that converts them to a config
 * @throws ValueError for an unknown option, a value that is refused, or several kinds of clipping
 */
export function readOptimizerOptions(
  caller: string,
  { defaultLearningRate, ownOptions, isComplete }: OptimizerClass,
  given: unknown,
): { readonly options: OptionsOf; readonly table: OptionTable } {
  const rate = COMMON.learningRate.default(defaultLearningRate);
  const declared = { ...COMMON, learningRate: rate, ...ownOptions };
  const table = isComplete ? declared : { ...declared, ...undeclared(given, declared) };
  const options = readOptions(caller, table, given as OptionsOrRate, 'learningRate');
  assertOneClipping(caller, options);
  return { options, table };
}

/** Options of a custom class without a table, which reads them itself. A typo in a common option is not one of them. */
function undeclared(given: unknown, declared: OptionTable): OptionTable {
  const known = Object.keys(declared);
  const names = isPlainObject(given) ? Object.keys(given) : [];
  const own = names.filter((name) => !known.includes(name) && nearestName(name, known) === null);
  return Object.fromEntries(own.map((name) => [name, accept('anything', () => true)]));
}

/** Return the options to print: those that are rare only where they are set. */
export function printed(options: object): object {
  const config = configOf(RARE, options as Options<typeof RARE>);
  return Object.fromEntries(Object.entries(options).filter(([name]) => !(name in RARE) || name in config));
}
