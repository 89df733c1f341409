import { test } from 'vitest';
import type { Taps } from '../../../src/backends/kernels.js';
import { check, integers, normal } from './against-cpu.js';

test('resample and its gradient', () => {
  const taps = (inSize: number, outSize: number, count: number): Taps => ({
    ...{ inSize, outSize, taps: count },
    index: Int32Array.from(integers(inSize, outSize * count).values),
    weight: Float64Array.from(normal(outSize * count).values),
  });
  for (const [batch, height, width, channels] of [
    [2, 5, 7, 3],
    [1, 4, 4, 1],
    [3, 6, 5, 9],
    [2, 40, 40, 16],
  ]) {
    for (const count of [1, 2, 4]) {
      const [rows, columns] = [taps(height, 11, count), taps(width, 13, count)];
      check('resample', {
        inputs: [normal(batch, height, width, channels)],
        outputs: [['float32', [batch, 11, 13, channels]]],
        run: (kernels, [x], [out]) => kernels.resample(x, out, rows, columns),
      });
      check('resampleGradient', {
        inputs: [normal(batch, 11, 13, channels)],
        outputs: [['float32', [batch, height, width, channels]]],
        run: (kernels, [dy], [out]) => kernels.resampleGradient(dy, out, rows, columns),
      });
    }
  }
});
