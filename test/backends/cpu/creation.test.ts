import { describe, expect, test } from 'vitest';
import { kernels, operand, result } from './helpers.js';

describe('creation', () => {
  test('fills, and treats any value but 0 as true', () => {
    expect(result([2], 'int32', (out) => kernels.fill(out, 2.9))).toEqual([2, 2]);
    expect(result([2], 'bool', (out) => kernels.fill(out, 0.5))).toEqual([1, 1]);
  });

  test('oneHot leaves rows with an index out of range off', () => {
    const indices = operand([3], [2, -1, 3], 'int32');
    expect(result([3, 3], 'float32', (out) => kernels.oneHot(indices, out, 5, 1))).toEqual([1, 1, 5, 1, 1, 1, 1, 1, 1]);
  });

  test('casts: truncation, truth of NaN, one rounding', () => {
    const x = operand([5], [-1.7, 0, 2.9, NaN, 0.1]);
    expect(result([5], 'int32', (out) => kernels.cast(x, out))).toEqual([-1, 0, 2, 0, 0]);
    expect(result([5], 'bool', (out) => kernels.cast(x, out))).toEqual([1, 0, 1, 1, 1]);
    expect(result([5], 'float32', (out) => kernels.cast(x, out))[4]).toBe(Math.fround(0.1));
  });
});
