import { describe, expect, test } from 'vitest';
import { cpuKernels } from '../../../src/backends/cpu/index.js';
import type { Kernels, Operand, RandomState } from '../../../src/backends/kernels.js';
import { backends, type Call, results } from './against-cpu.js';

describe('random numbers are bit for bit those of the cpu backend', () => {
  const fills: Record<string, (kernels: Kernels<never>, out: Operand<never>, state: RandomState) => void> = {
    'randomUniform in [-0.3, 0.1)': (kernels, out, state) => kernels.randomUniform(out, state, -0.3, 0.1),
    'randomUniform in [0, 1)': (kernels, out, state) => kernels.randomUniform(out, state, 0, 1),
    'randomUniform in a few last places': (kernels, out, state) => kernels.randomUniform(out, state, 1, 1 + 2 ** -22),
    'dropoutMask 0.3': (kernels, out, state) => kernels.dropoutMask(out, state, 0.3),
    'dropoutMask 0.5': (kernels, out, state) => kernels.dropoutMask(out, state, 0.5),
  };
  test.each(Object.entries(fills))('%s', (_, fill) => {
    for (const size of [1, 2, 3, 5, 64, 40001]) {
      for (const counter of [0, 12345, 2 ** 32 - 7, 2 ** 40 + 1]) {
        const state = { key: 0xdeadbeef, counter };
        const values = new Float32Array(size);
        fill(cpuKernels as Kernels<never>, { shape: [size], dtype: 'float32', size, buffer: values as never }, state);
        for (const { backend } of backends) {
          const call: Call = {
            inputs: [],
            outputs: [['float32', [size]]],
            run: (kernels, __, [out]) => fill(kernels as unknown as Kernels<never>, out as Operand<never>, state),
          };
          expect(Buffer.from(results(call, backend)[0].buffer).equals(Buffer.from(values.buffer))).toBe(true);
        }
      }
    }
  });
});
