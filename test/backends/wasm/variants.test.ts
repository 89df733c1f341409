import { expect, test } from 'vitest';
import { backends } from './against-cpu.js';

test('both variants run, with 1 to 3 threads', () => {
  expect(backends.map(({ variant, backend }) => [variant, backend.info().threads])).toEqual(
    ['simd', 'relaxed'].flatMap((variant) => [1, 2, 3].map((threads) => [variant, threads])),
  );
});
