import { test } from 'vitest';
import { broadcastShapes } from '../../../src/base/shape.js';
import { check, normal, PAIRS, positive } from './against-cpu.js';

test.each(['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'squaredDifference'] as const)('%s', (fn) => {
  for (const [a, b] of PAIRS) {
    check(`${fn} of [${a}] and [${b}]`, {
      inputs: [normal(...a), positive(...b)],
      outputs: [['float32', broadcastShapes(fn, a, b)]],
      run: (kernels, [left, right], [out]) => kernels.binary(fn, left, right, out),
    });
  }
});
