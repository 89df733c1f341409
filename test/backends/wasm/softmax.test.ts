import { test } from 'vitest';
import { check, normal, SIZES } from './against-cpu.js';

test.each(['softmax', 'logSoftmax'] as const)('%s', (kernel) => {
  for (const shape of [...SIZES.slice(0, 70).map((size) => [5, size]), [2000, 10], [3, 1000], [1, 30000]]) {
    const x = normal(...shape);
    check(`${kernel} of [${shape}]`, {
      inputs: [{ ...x, values: x.values.map((value) => value * 10 + 100) }],
      outputs: [['float32', shape]],
      tolerance: 2e-6,
      run: (kernels, [operand], [out]) => kernels[kernel](operand, out),
    });
  }
});
