import type { RandomState } from '../backends/kernels.js';
import { ValueError } from '../base/errors.js';
import { uniform } from '../base/philox.js';

let seed = Math.floor(Math.random() * 2 ** 32) >>> 0;
let counter = 0;

/**
 * Starts the one random stream that initial weights, shuffles, dropout and `randomNormal` draw from.
 * The same seed gives the same numbers on every backend and thread count.
 * @throws ValueError when the seed is not an integer
 * @example setSeed(42);
 */
export function setSeed(value: number): void {
  if (!Number.isSafeInteger(value)) throw new ValueError(`setSeed: seed is ${value}, expected an integer`);
  seed = value >>> 0;
  counter = 0;
}

/**
 * Where the stream stands, to save with a model; `setRandomState` goes back there.
 * @example const state = getRandomState(); setRandomState(state);
 */
export function getRandomState(): RandomState {
  return { key: seed, counter };
}

/** Puts the stream where `getRandomState` found it. @example const state = getRandomState(); setRandomState(state); */
export function setRandomState(state: RandomState): void {
  seed = state.key >>> 0;
  counter = state.counter;
}

/** Takes `count` numbers of the stream, or the start of a stream of its own for a given seed. */
export function drawState(count: number, ownSeed?: number): RandomState {
  if (ownSeed !== undefined) {
    if (!Number.isSafeInteger(ownSeed)) throw new ValueError(`seed is ${ownSeed}, expected an integer`);
    return { key: ownSeed >>> 0, counter: 0 };
  }
  const state = { key: seed, counter };
  counter += count;
  return state;
}

/** `count` numbers in [0, 1) on the host. */
export function uniformValues(count: number, ownSeed?: number): Float64Array {
  const state = drawState(count, ownSeed);
  return Float64Array.from({ length: count }, (_, i) => uniform(state.key, state.counter + i));
}

/** `count` standard normal numbers on the host, by the transform of Box and Muller (1958). */
export function normalValues(count: number, ownSeed?: number): Float64Array {
  const even = uniformValues(count + (count % 2), ownSeed);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - even[i]));
    const angle = 2 * Math.PI * even[i + 1];
    values[i] = radius * Math.cos(angle);
    if (i + 1 < count) values[i + 1] = radius * Math.sin(angle);
  }
  return values;
}

/** Standard normal numbers, redrawn while they lie beyond two standard deviations. */
export function truncatedNormalValues(count: number, ownSeed?: number): Float64Array {
  const values = new Float64Array(count);
  let filled = 0;
  for (let attempt = 0; filled < count; attempt++) {
    const fresh = normalValues(count, ownSeed === undefined ? undefined : ownSeed + attempt);
    for (const value of fresh) if (Math.abs(value) <= 2 && filled < count) values[filled++] = value;
  }
  return values;
}

/** 0 … count − 1 in random order. @see Fisher and Yates; Durstenfeld, 1964 */
export function permutation(count: number, ownSeed?: number): Int32Array {
  const order = Int32Array.from({ length: count }, (_, i) => i);
  const draws = uniformValues(count, ownSeed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(draws[i] * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
