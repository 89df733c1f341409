import { describe, expect, test } from 'vitest';
import { type CpuOperand, kernels, operand, result } from './helpers.js';

describe('matMul', () => {
  const plain = { bias: null, activation: null, alpha: 0 };
  const single = { batch: 1, m: 2, k: 3, n: 2, batchA: [0], batchB: [0] };
  const expected = [4, 5, 10, 11];

  test('multiplies in all four orientations', () => {
    const a = [operand([2, 3], [1, 2, 3, 4, 5, 6]), operand([3, 2], [1, 4, 2, 5, 3, 6])];
    const b = [operand([3, 2], [1, 0, 0, 1, 1, 1]), operand([2, 3], [1, 0, 1, 0, 1, 1])];
    for (const transposeA of [false, true]) {
      for (const transposeB of [false, true]) {
        const geometry = { ...single, transposeA, transposeB };
        const run = (out: CpuOperand) => kernels.matMul(a[+transposeA], b[+transposeB], out, geometry, plain);
        expect(result([2, 2], 'float64', run)).toEqual(expected);
      }
    }
  });

  test('repeats matrices over the batch, adds the bias before the activation', () => {
    const geometry = {
      batch: 3,
      m: 1,
      k: 2,
      n: 2,
      transposeA: false,
      transposeB: false,
      batchA: [0, 0, 1],
      batchB: [1, 0, 1],
    };
    const a = operand([2, 1, 2], [1, 2, -1, 0]);
    const b = operand([2, 2, 2], [1, 0, 0, 1, 2, 3, 4, 5]);
    const epilogue = { bias: operand([2], [0.5, -1]), activation: 'leakyRelu' as const, alpha: 0.5 };
    const run = (out: CpuOperand) => kernels.matMul(a, b, out, geometry, epilogue);
    expect(result([3, 1, 2], 'float64', run)).toEqual([10.5, 12, 1.5, 1, -0.75, -2]);
  });

  test('an empty inner axis leaves the bias', () => {
    const geometry = { batch: 1, m: 2, k: 0, n: 2, transposeA: false, transposeB: true, batchA: [0], batchB: [0] };
    const epilogue = { ...plain, bias: operand([2], [3, 4]) };
    const run = (out: CpuOperand) => kernels.matMul(operand([2, 0], []), operand([2, 0], []), out, geometry, epilogue);
    expect(result([2, 2], 'float64', run)).toEqual([3, 4, 3, 4]);
  });
});
