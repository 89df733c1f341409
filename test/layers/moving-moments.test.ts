import { afterAll, expect, test } from 'vitest';
import { followMoments } from '../../src/layers/normalization/moving-moments.js';
import { randomNormal } from '../../src/ops/random.js';
import { clone } from '../../src/ops/reshape.js';
import { setSeed } from '../../src/tensor/random.js';
import { dispose, memory } from '../../src/tensor/scope.js';
import { variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

afterAll(() => startBackend('cpu'));

/** Values after three steps, and those of a copy that shared the buffer before them. */
function follow(channels: number): number[][] {
  setSeed(4);
  const before = memory().numTensors;
  const initial = [randomNormal([channels]), randomNormal([channels])];
  const [mean, variance] = initial.map((value) => variable(value, false));
  const copy = clone(mean);
  for (let step = 0; step < 3; step++) {
    const moments = randomNormal([2, channels]);
    followMoments(mean, variance, moments, 0.99);
    moments.dispose();
  }
  const values = [mean, variance, copy].map((each) => [...each.dataSync()]);
  dispose([mean, variance, copy, ...initial]);
  expect(memory().numTensors).toBe(before);
  return values;
}

test.each([1, 3, 4, 17, 64])('the kernel for moving statistics of %i channels gives the bits of the ops', async (n) => {
  await startBackend('cpu');
  const expected = follow(n);
  await startBackend('wasm');
  expect(follow(n)).toEqual(expected);
});
