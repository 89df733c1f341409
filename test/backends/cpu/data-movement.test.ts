import { describe, expect, test } from 'vitest';
import { type Shape, sizeOf } from '../../../src/base/shape.js';
import { dot, kernels, noise, operand, result } from './helpers.js';

describe('data movement', () => {
  const count = (shape: Shape) =>
    operand(
      shape,
      Array.from({ length: sizeOf(shape) }, (_, i) => i),
    );

  test('broadcasts, a scalar too', () => {
    expect(result([2, 2, 2], 'float64', (out) => kernels.broadcast(operand([2, 1], [1, 2]), out))).toEqual([
      1, 1, 2, 2, 1, 1, 2, 2,
    ]);
    expect(result([3], 'bool', (out) => kernels.broadcast(operand([], [1], 'bool'), out))).toEqual([1, 1, 1]);
  });

  test('transposes matrices, scalars and rank 6', () => {
    expect(result([3, 2], 'float64', (out) => kernels.transpose(count([2, 3]), out, [1, 0]))).toEqual([
      0, 3, 1, 4, 2, 5,
    ]);
    expect(result([], 'float64', (out) => kernels.transpose(operand([], [5]), out, []))).toEqual([5]);
    const permutation = [3, 0, 5, 2, 1, 4];
    const shape = [2, 3, 1, 4, 2, 3];
    const target = permutation.map((axis) => shape[axis]);
    const y = operand(
      target,
      result(target, 'float64', (out) => kernels.transpose(count(shape), out, permutation)),
    );
    // Element [i₀…i₅] = [1,2,0,3,1,2] of x is the last one; and one from the middle.
    const place = (index: number[], sizes: Shape) => index.reduce((flat, i, axis) => flat * sizes[axis] + i, 0);
    for (const index of [
      [1, 2, 0, 3, 1, 2],
      [0, 1, 0, 2, 1, 0],
      [1, 0, 0, 1, 0, 2],
    ]) {
      expect(
        y.buffer[
          place(
            permutation.map((axis) => index[axis]),
            target,
          )
        ],
      ).toBe(place(index, shape));
    }
    expect(new Set(y.buffer).size).toBe(sizeOf(shape));
  });

  test('concatenates along an axis, empty parts included', () => {
    const parts = [operand([2, 1], [1, 2]), operand([2, 0], []), operand([2, 2], [3, 4, 5, 6])];
    expect(result([2, 3], 'float64', (out) => kernels.concat(parts, out, 1))).toEqual([1, 3, 4, 2, 5, 6]);
    const rows = [operand([1, 2], [1, 2]), operand([2, 2], [3, 4, 5, 6])];
    expect(result([3, 2], 'float64', (out) => kernels.concat(rows, out, 0))).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('slices with steps, and lays a slice back', () => {
    const x = count([3, 5]);
    expect(result([2, 2], 'float64', (out) => kernels.slice(x, out, [0, 1], [2, 3]))).toEqual([1, 4, 11, 14]);
    const back = result([3, 5], 'float64', (out) =>
      kernels.sliceGradient(operand([2, 2], [1, 2, 3, 4]), out, [0, 1], [2, 3]),
    );
    expect(back).toEqual([0, 1, 0, 0, 2, 0, 0, 0, 0, 0, 0, 3, 0, 0, 4]);
  });

  test('pads', () => {
    const x = operand([1, 2], [1, 2]);
    expect(result([2, 4], 'float64', (out) => kernels.pad(x, out, [1, 0], 7))).toEqual([7, 7, 7, 7, 1, 2, 7, 7]);
    expect(result([2], 'float64', (out) => kernels.pad(operand([0], []), out, [1], 7))).toEqual([7, 7]);
  });

  test('reverses chosen axes', () => {
    const x = count([2, 2, 2]);
    expect(result(x.shape, 'float64', (out) => kernels.reverse(x, out, [1]))).toEqual([2, 3, 0, 1, 6, 7, 4, 5]);
    expect(result(x.shape, 'float64', (out) => kernels.reverse(x, out, [0, 1, 2]))).toEqual([7, 6, 5, 4, 3, 2, 1, 0]);
  });

  test('gathers with zeros out of range, and scatters by adding', () => {
    const indices = operand([4], [2, 0, 3, 2], 'int32');
    const view = { outer: 2, size: 3, inner: 1 };
    expect(result([2, 4, 1], 'float64', (out) => kernels.gather(count([2, 3, 1]), indices, out, view))).toEqual([
      2, 0, 0, 2, 5, 3, 0, 5,
    ]);
    const x = operand([2, 4, 1], [1, 2, 4, 8, 1, 1, 1, 1]);
    expect(result([2, 3, 1], 'float64', (out) => kernels.scatterAdd(x, indices, out, view))).toEqual([
      2, 0, 9, 1, 0, 2,
    ]);
  });

  test('resamples by taps, and the gradient is the adjoint', () => {
    // 2 → 3 rows: first, mean of both, second; 2 → 2 columns: turned around.
    const rows = {
      inSize: 2,
      outSize: 3,
      taps: 2,
      index: Int32Array.of(0, 0, 0, 1, 1, 1),
      weight: Float64Array.of(1, 0, 0.5, 0.5, 1, 0),
    };
    const columns = { inSize: 2, outSize: 2, taps: 1, index: Int32Array.of(1, 0), weight: Float64Array.of(1, 1) };
    const x = operand([1, 2, 2, 1], [1, 2, 3, 4]);
    const y = result([1, 3, 2, 1], 'float64', (out) => kernels.resample(x, out, rows, columns));
    expect(y).toEqual([2, 1, 3, 2, 4, 3]);
    const [a, dy] = [noise([2, 2, 2, 3], 12), noise([2, 3, 2, 3], 13)];
    const b = result(dy.shape, 'float64', (out) => kernels.resample(a, out, rows, columns));
    const da = result(a.shape, 'float64', (out) => kernels.resampleGradient(dy, out, rows, columns));
    expect(dot(da, a.buffer)).toBeCloseTo(dot(b, dy.buffer), 12);
  });
});
