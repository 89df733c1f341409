import type { RandomState } from '../backends/kernels.js';
import { ValueError } from '../base/errors.js';
import { hashOf } from '../base/hash.js';
import { uniform } from '../base/philox.js';
import { show } from '../base/show.js';
import { encodeText } from '../base/utf8.js';
import { currentShard } from './shard.js';

/** Seed of a stream of random numbers; a string is reduced to a number from its characters, as in tfjs. */
export type Seed = number | string;

let seed = Math.floor(Math.random() * 2 ** 32) >>> 0;
let counter = 0;

/**
 * Seed the random stream that initial weights, shuffles, dropout and `randomNormal` draw from.
 * The same seed gives the same numbers on every backend and thread count.
 * @throws ValueError when the seed is not an integer
 * @example setSeed(42);
 */
export function setSeed(value: number): void {
  if (!Number.isSafeInteger(value)) throw new ValueError(`setSeed: seed is ${show(value)}, expected an integer`);
  seed = value >>> 0;
  counter = 0;
}

/**
 * Return the position in the stream, to save with a model; `setRandomState` restores it.
 * @example const state = getRandomState(); setRandomState(state);
 */
export function getRandomState(): RandomState {
  return { key: seed, counter };
}

/**
 * Restore a position of the stream from `getRandomState`.
 * @example const state = getRandomState(); setRandomState(state);
 */
export function setRandomState(state: RandomState): void {
  if (!(Number.isInteger(state?.key) && Number.isInteger(state.counter)))
    throw new ValueError(`setRandomState: state is ${show(state)}, expected one of getRandomState`);
  seed = state.key >>> 0;
  counter = state.counter;
}

/**
 * Place the numbers of a draw among those of the whole batch. A draw with one row for each row of a shard takes the
 * numbers that a single process would give these rows; all processes advance as far as a single one would.
 */
function placeOf(count: number, rows: number | undefined): { before: number; all: number } {
  const shard = currentShard();
  if (!shard || rows !== shard.rows || count % rows !== 0) return { before: 0, all: count };
  const each = count / rows;
  return { before: each * shard.first, all: each * shard.total };
}

/**
 * Take `count` numbers of the stream, or the start of a separate stream for a given seed.
 * @param rows size of the first axis, where the draw is for one tensor: rows of a batch may be part of a larger batch
 */
export function drawState(count: number, ownSeed?: Seed | null, rows?: number): RandomState {
  const { before, all } = placeOf(count, rows);
  return stateAt(before, all, ownSeed);
}

/** @throws ValueError when a seed is neither an integer nor a string */
export function seedNumber(given: Seed): number {
  if (typeof given === 'string') return hashOf(encodeText(given));
  if (!Number.isSafeInteger(given)) throw new ValueError(`seed is ${given}, expected an integer or a string`);
  return given >>> 0;
}

/** Return the state `before` numbers ahead, and advance the stream by `all`. */
function stateAt(before: number, all: number, ownSeed: Seed | null | undefined): RandomState {
  if (ownSeed !== undefined && ownSeed !== null) {
    return { key: seedNumber(ownSeed), counter: before };
  }
  const state = { key: seed, counter: counter + before };
  counter += all;
  return state;
}

/** `count` numbers in [0, 1) on the host. @param rows see `drawState` */
export function uniformValues(count: number, ownSeed?: Seed | null, rows?: number): Float64Array {
  const state = drawState(count, ownSeed, rows);
  return Float64Array.from({ length: count }, (_, i) => uniform(state.key, state.counter + i));
}

/**
 * `count` standard normal numbers on the host, by the transform of Box and Muller (1958).
 * @param rows see `drawState`
 */
export function normalValues(count: number, ownSeed?: Seed | null, rows?: number): Float64Array {
  const { before, all } = placeOf(count, rows);
  // Numbers are made in pairs; a part may begin or end within one.
  const start = before - (before % 2);
  const skip = before - start;
  const { key, counter: first } = stateAt(start, all + (all % 2), ownSeed);
  const values = new Float64Array(count);
  for (let i = 0; i < skip + count; i += 2) {
    // 1 − u is in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform(key, first + i)));
    const angle = 2 * Math.PI * uniform(key, first + i + 1);
    if (i >= skip) values[i - skip] = radius * Math.cos(angle);
    if (i + 1 - skip < count) values[i + 1 - skip] = radius * Math.sin(angle);
  }
  return values;
}

/** Draw standard normal numbers, again while they are beyond two standard deviations. */
export function truncatedNormalValues(count: number, ownSeed?: Seed | null): Float64Array {
  const first = ownSeed === undefined || ownSeed === null ? null : seedNumber(ownSeed);
  const values = new Float64Array(count);
  let filled = 0;
  for (let attempt = 0; filled < count; attempt++) {
    const fresh = normalValues(count, first === null ? null : first + attempt);
    for (const value of fresh) if (Math.abs(value) <= 2 && filled < count) values[filled++] = value;
  }
  return values;
}

/** Return 0 … count − 1 in random order. @see Fisher and Yates; Durstenfeld, 1964 */
export function permutation(count: number, ownSeed?: Seed | null): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const draws = uniformValues(count, ownSeed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(draws[i] * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
