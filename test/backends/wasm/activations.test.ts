import { test } from 'vitest';
import type { Activation } from '../../../src/backends/kernels.js';
import { check, normal, SIZES } from './against-cpu.js';

const ACTIVATIONS: readonly Activation[] = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'];

test.each(ACTIVATIONS)('activationGradient of %s', (fn) => {
  for (const size of SIZES) {
    check(`${fn} of ${size}`, {
      inputs: [normal(size), normal(size)],
      outputs: [['float32', [size]]],
      run: (kernels, [dy, y], [out]) => kernels.activationGradient(fn, dy, y, out, 0.3),
    });
  }
});
