import { expect, test } from 'vitest';
import { LargeHash } from '../../src/mpi/large-hash.js';

const hashOf = (...arrays: readonly ArrayBufferView[]): number => {
  const hash = new LargeHash();
  for (const each of arrays) hash.add(each);
  return hash.value;
};

const values = Float32Array.from({ length: 1027 }, (_, i) => Math.sin(i));

test('every bit of a large array counts, at either end and in the middle', () => {
  const whole = hashOf(values);
  const found = new Set([whole]);
  for (const index of [0, 1, 2, 3, 500, 1023, 1024, 1025, 1026]) {
    for (let bit = 0; bit < 32; bit++) {
      const other = values.slice();
      new Uint32Array(other.buffer)[index] ^= 1 << bit;
      found.add(hashOf(other));
    }
  }
  expect(found.size).toBe(1 + 9 * 32);
  expect(hashOf(values.slice())).toBe(whole);
});

// FNV-1a alone, whose high bits never reach low ones, takes each of these pairs for the same.
test('two flipped signs do not cancel', () => {
  const whole = hashOf(values);
  for (let distance = 1; distance < 20; distance++) {
    const other = values.slice();
    other[40] *= -1;
    other[40 + distance] *= -1;
    expect(hashOf(other), `at a distance of ${distance}`).not.toBe(whole);
  }
});

test('the order of elements and of arrays counts; views that begin or end inside a word are hashed whole', () => {
  const bytes = Uint8Array.from({ length: 41 }, (_, i) => i * 37);
  expect(hashOf(values.toReversed())).not.toBe(hashOf(values));
  expect(hashOf(bytes, values)).not.toBe(hashOf(values, bytes));
  expect(hashOf(bytes.subarray(1))).toBe(hashOf(bytes.subarray(1)));
  const last = bytes.slice();
  last[40] ^= 1;
  for (const start of [0, 1, 2, 3]) expect(hashOf(last.subarray(start))).not.toBe(hashOf(bytes.subarray(start)));
});
