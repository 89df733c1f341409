import type { RandomState } from '../../backends/kernels.js';
import { FormatError } from '../../base/errors.js';
import type { EpochPosition } from '../../training/feeds/feed.js';
import type { TotalSums } from '../../training/model/running-totals.js';
import type { TrainingPosition } from '../../training/training-position.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { asArray, asObject, asString, show } from '../bytes/json.js';
import { decodeCallbackStates, encodeCallbackStates } from './callback-states.js';

/** A position as JSON, and the bytes of a file with the arrays of callbacks. */
export function encodePosition(position: TrainingPosition): { json: object; arrays: Uint8Array | null } {
  const { epoch, history } = position.history;
  const { json, arrays } = encodeCallbackStates(position.callbacks ?? []);
  const callbacks = position.callbacks ? { callbacks: json } : {};
  return { json: { ...position, history: { epoch, history }, ...callbacks }, arrays };
}

/**
 * Read the position of training from JSON.
 * @param arrays the file of the arrays, null if there is none
 * @param caller the file, for messages
 * @throws FormatError when a part is missing or has another type
 */
export function readPosition(json: unknown, arrays: NamedBytes | null, caller: string): TrainingPosition {
  const state = asObject(json, caller);
  const history = asObject(state.history, `${caller}: history`);
  const columns = Object.entries(asObject(history.history, `${caller}: history.history`));
  return {
    epoch: count(state.epoch, `${caller}: epoch`),
    epochRandom: readRandom(state.epochRandom, `${caller}: epochRandom`),
    position: readEpochPosition(state.position, `${caller}: position`),
    history: {
      epoch: numbers(history.epoch, `${caller}: history.epoch`),
      history: Object.fromEntries(columns.map(([name, values]) => [name, numbers(values, `${caller}: ${name}`)])),
    },
    stopped: state.stopped === true,
    callbacks:
      state.callbacks === undefined ? undefined : decodeCallbackStates(state.callbacks, arrays, `${caller}: callbacks`),
  };
}

function readEpochPosition(json: unknown, caller: string): EpochPosition {
  const { step, random, sums } = asObject(json, caller);
  return {
    step: count(step, `${caller}: step`),
    random: readRandom(random, `${caller}: random`),
    sums: sums === undefined ? undefined : readSums(sums, `${caller}: sums`),
  };
}

function readSums(json: unknown, caller: string): TotalSums {
  const { samples, means, metrics } = asObject(json, caller);
  return {
    samples: count(samples, `${caller}: samples`),
    means: asArray(means, `${caller}: means`).map((mean) => {
      const [name, total, size] = asArray(mean, `${caller}: means`);
      return [asString(name, `${caller}: means`), number(total, caller), count(size, caller)];
    }),
    metrics: asArray(metrics, `${caller}: metrics`).map((metric) => {
      const [label, sums, size] = asArray(metric, `${caller}: metrics`);
      return [asString(label, `${caller}: metrics`), numbers(sums, `${caller}: metrics`), count(size, caller)];
    }),
  };
}

function readRandom(json: unknown, caller: string): RandomState {
  const { key, counter } = asObject(json, caller);
  return { key: count(key, `${caller}: key`), counter: count(counter, `${caller}: counter`) };
}

export function count(value: unknown, caller: string): number {
  if (Number.isSafeInteger(value) && (value as number) >= 0) return value as number;
  throw new FormatError(`${caller} is ${show(value)}, expected an integer ≥ 0`);
}

/** A number, including NaN and infinities. */
function number(value: unknown, caller: string): number {
  if (typeof value === 'number') return value;
  throw new FormatError(`${caller}: found ${show(value)}, expected a number`);
}

const numbers = (json: unknown, caller: string): number[] => asArray(json, caller).map((each) => number(each, caller));
