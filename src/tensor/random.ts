import type { RandomState } from './backends/kernels.js';
import { ValueError } from './errors.js';

/*
 * Threefry-2x32 with 20 rounds: a block cipher turned counter-based generator. Number i of a stream is a pure function of
 * (seed, i), so backends and threads that fill a buffer in any order give the same bits.
 * Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
 */
const PARITY = 0x1bd11bda;
const ROTATIONS = [13, 15, 26, 6, 17, 29, 16, 24] as const;

/** Writes the two words of one block into `out` at `at`. */
export function threefry(key: number, counterLow: number, counterHigh: number, out: Uint32Array, at: number): void {
  const keys = [key | 0, 0, key ^ PARITY];
  let a = (counterLow + keys[0]) | 0;
  let b = counterHigh | 0;
  for (let round = 0; round < 20; round++) {
    const rotation = ROTATIONS[round & 7];
    a = (a + b) | 0;
    b = ((b << rotation) | (b >>> (32 - rotation))) ^ a;
    if ((round & 3) === 3) {
      const injection = (round >> 2) + 1;
      a = (a + keys[injection % 3]) | 0;
      b = (b + keys[(injection + 1) % 3] + injection) | 0;
    }
  }
  out[at] = a;
  out[at + 1] = b;
}

const block = new Uint32Array(2);

/** Random word number `state.counter + index`: word n is half n mod 2 of block ⌊n / 2⌋. */
export function randomWord(state: RandomState, index: number): number {
  const word = state.counter + index;
  const blockIndex = Math.floor(word / 2);
  threefry(state.key, blockIndex % 2 ** 32, Math.floor(blockIndex / 2 ** 32), block, 0);
  return block[word % 2];
}

/** A word as a number in [0, 1): its upper 24 bits, which float32 holds exactly. */
export function unitFloat(word: number): number {
  return (word >>> 8) * 2 ** -24;
}

let seed = Math.floor(Math.random() * 2 ** 32) >>> 0;
let counter = 0;

/**
 * Starts the one random stream that initial weights, shuffles, dropout and `randomNormal` draw from.
 * The same seed gives the same numbers on every backend and thread count.
 * @throws ValueError when the seed is not an integer
 */
export function setSeed(value: number): void {
  if (!Number.isSafeInteger(value)) throw new ValueError(`setSeed: seed is ${value}, expected an integer`);
  seed = value >>> 0;
  counter = 0;
}

/** Where the stream stands, to save with a model; `setRandomState` goes back there. */
export function getRandomState(): RandomState {
  return { key: seed, counter };
}

/** Puts the stream where `getRandomState` found it. */
export function setRandomState(state: RandomState): void {
  seed = state.key >>> 0;
  counter = state.counter;
}

/** Takes `count` words of the stream, or the start of a stream of its own for a given seed. */
export function drawState(count: number, ownSeed?: number): RandomState {
  if (ownSeed !== undefined) {
    if (!Number.isSafeInteger(ownSeed)) throw new ValueError(`seed is ${ownSeed}, expected an integer`);
    return { key: ownSeed >>> 0, counter: 0 };
  }
  const state = { key: seed, counter };
  // Every draw starts on a whole block.
  counter += count + (count % 2);
  return state;
}

/** `count` numbers in [0, 1) on the host. */
export function uniformValues(count: number, ownSeed?: number): Float64Array {
  const state = drawState(count, ownSeed);
  return Float64Array.from({ length: count }, (_, i) => unitFloat(randomWord(state, i)));
}

/** `count` standard normal numbers on the host, by the transform of Box and Muller (1958). */
export function normalValues(count: number, ownSeed?: number): Float64Array {
  const uniform = uniformValues(count + (count % 2), ownSeed);
  const values = new Float64Array(count);
  for (let i = 0; i < count; i += 2) {
    // 1 − u lies in (0, 1], where the logarithm is finite.
    const radius = Math.sqrt(-2 * Math.log(1 - uniform[i]));
    const angle = 2 * Math.PI * uniform[i + 1];
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
  const uniform = uniformValues(count, ownSeed);
  for (let i = count - 1; i > 0; i--) {
    const j = Math.floor(uniform[i] * (i + 1));
    [order[i], order[j]] = [order[j], order[i]];
  }
  return order;
}
