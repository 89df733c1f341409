import { describe, expect, test } from 'vitest';
import { poolGeometry } from '../../../src/base/geometry.js';
import { kernels, operand, result } from './helpers.js';

describe('pooling', () => {
  const geometry = poolGeometry('maxPool', [1, 3, 3, 1], 2, { strides: 2, padding: 'same' });
  const pool = (values: number[]) => operand([1, 3, 3, 1], values);

  test('the first of equals wins and padding never does', () => {
    const x = pool([-4, -2, -9, -2, -3, -9, -1, -1, -5]);
    expect(result([1, 2, 2, 1], 'float64', (out) => kernels.maxPool(x, out, geometry))).toEqual([-2, -9, -1, -5]);
    expect(result([1, 2, 2, 1], 'int32', (out) => kernels.maxPoolIndices(x, out, geometry))).toEqual([1, 2, 6, 8]);
    const dy = operand([1, 2, 2, 1], [1, 2, 3, 4]);
    expect(result(x.shape, 'float64', (out) => kernels.maxPoolGradient(dy, x, out, geometry))).toEqual([
      0, 1, 2, 0, 0, 0, 3, 0, 4,
    ]);
  });

  test('NaN comes through, and indices count within one image over channels', () => {
    const x = pool([1, 2, 3, NaN, 5, 6, 7, 8, 9]);
    expect(result([1, 2, 2, 1], 'float64', (out) => kernels.maxPool(x, out, geometry))).toEqual([NaN, 6, 8, 9]);
    const two = operand([2, 1, 2, 2], [1, 2, 3, 0, 5, 6, 4, 8]);
    const g = poolGeometry('maxPool', two.shape, [1, 2], { strides: 1, padding: 'valid' });
    expect(result([2, 1, 1, 2], 'int32', (out) => kernels.maxPoolIndices(two, out, g))).toEqual([2, 1, 0, 3]);
  });

  test('averages count only pixels inside the image', () => {
    const x = pool([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(result([1, 2, 2, 1], 'float64', (out) => kernels.avgPool(x, out, geometry))).toEqual([3, 4.5, 7.5, 9]);
    const dy = operand([1, 2, 2, 1], [4, 2, 2, 1]);
    expect(result(x.shape, 'float64', (out) => kernels.avgPoolGradient(dy, out, geometry))).toEqual([
      1, 1, 1, 1, 1, 1, 1, 1, 1,
    ]);
  });
});
