import { uniform } from '../base/philox.js';
import { drawState, type Seed, seedNumber } from '../tensor/random.js';
import { dispose } from '../tensor/scope.js';

/** Return the key of each iteration's order. @param reshuffle whether each iteration has a new key */
export function orders(seed: Seed | null | undefined, reshuffle: boolean): () => number {
  if (seed !== undefined && seed !== null) seedNumber(seed);
  let iteration = 0;
  let fixed: number | undefined;
  const newKey = () => {
    const { key, counter } = drawState(1, seed);
    // A separate stream for each iteration.
    return Math.floor(uniform(key, counter + (seed === undefined || seed === null ? 0 : iteration++)) * 2 ** 32);
  };
  return () => (reshuffle ? newKey() : (fixed ??= newKey()));
}

/**
 * Draw elements at random from a buffer that is refilled from the sequence. The remaining elements are freed when the
 * reader stops.
 */
export async function* shuffled<T>(elements: AsyncIterable<T>, bufferSize: number, key: number): AsyncGenerator<T> {
  const buffer: T[] = [];
  let drawn = 0;
  const draw = (): T => {
    const place = Math.floor(uniform(key, drawn++) * buffer.length);
    const element = buffer[place];
    const last = buffer.pop() as T;
    if (place < buffer.length) buffer[place] = last;
    return element;
  };
  try {
    for await (const element of elements) {
      buffer.push(element);
      if (buffer.length >= bufferSize) yield draw();
    }
    while (buffer.length > 0) yield draw();
  } finally {
    dispose(buffer);
  }
}
