import { describe, expect, test } from 'vitest';
import type { DType } from '../../../src/base/dtype.js';
import { axisView } from '../../../src/base/shape.js';
import { expectClose, kernels, operand, result } from './helpers.js';

describe('reductions', () => {
  const x = operand([2, 3, 2], [1, 2, 3, 4, 5, 6, -1, -2, -3, -4, -5, 0]);
  const reduce = (fn: Parameters<typeof kernels.reduce>[0], axis: number, dtype: DType = 'float64') => {
    const view = axisView(x.shape, axis);
    return result([view.outer, 1, view.inner], dtype, (out) => kernels.reduce(fn, x, out, view));
  };

  test('reduces the middle, the first and the last axis', () => {
    expect(reduce('sum', 1)).toEqual([9, 12, -9, -6]);
    expect(reduce('sum', 0)).toEqual([0, 0, 0, 0, 0, 6]);
    expect(reduce('mean', 2)).toEqual([1.5, 3.5, 5.5, -1.5, -3.5, -2.5]);
    expect(reduce('max', 1)).toEqual([5, 6, -1, 0]);
    expect(reduce('min', 1)).toEqual([1, 2, -5, -4]);
    expect(reduce('prod', 1)).toEqual([15, 48, -15, 0]);
    expect(reduce('any', 2, 'bool')).toEqual([1, 1, 1, 1, 1, 1]);
    expect(reduce('all', 2, 'bool')).toEqual([1, 1, 1, 1, 1, 0]);
  });

  test('empty sums are 0, empty products 1, empty means NaN; NaN wins an extremum', () => {
    const empty = (fn: 'sum' | 'prod' | 'mean' | 'all') =>
      result([1, 1, 2], 'float64', (out) =>
        kernels.reduce(fn, operand([1, 0, 2], []), out, { outer: 1, size: 0, inner: 2 }),
      );
    expect([empty('sum'), empty('prod'), empty('mean'), empty('all')]).toEqual([
      [0, 0],
      [1, 1],
      [NaN, NaN],
      [1, 1],
    ]);
    const view = { outer: 1, size: 3, inner: 1 };
    const poisoned = operand([3], [1, NaN, 2]);
    expect(result([1], 'float64', (out) => kernels.reduce('max', poisoned, out, view))).toEqual([NaN]);
    expect(result([1], 'int32', (out) => kernels.argReduce('argMin', poisoned, out, view))).toEqual([1]);
  });

  test('sums float32 in doubles', () => {
    const small = operand([1, 100_001, 1], [2 ** 24, ...new Array<number>(100_000).fill(0.25)], 'float32');
    const view = { outer: 1, size: 100_001, inner: 1 };
    expect(result([1], 'float32', (out) => kernels.reduce('sum', small, out, view))).toEqual([2 ** 24 + 25_000]);
  });

  test('argMax and argMin name the first of equals along the axis', () => {
    const y = operand([3, 2], [1, 5, 7, 5, 7, 2]);
    expect(result([2], 'int32', (out) => kernels.argReduce('argMax', y, out, axisView(y.shape, 0)))).toEqual([1, 0]);
    expect(result([3], 'int32', (out) => kernels.argReduce('argMin', y, out, axisView(y.shape, 1)))).toEqual([0, 1, 1]);
  });

  test('cumulates, exclusive and reversed', () => {
    const values = operand([3, 2], [1, 2, 3, 4, 5, 6]);
    const run = (fn: 'sum' | 'prod', exclusive: boolean, reverse: boolean) =>
      result([3, 2], 'float64', (out) => kernels.cumulate(fn, values, out, axisView([3, 2], 0), exclusive, reverse));
    expect(run('sum', false, false)).toEqual([1, 2, 4, 6, 9, 12]);
    expect(run('sum', true, true)).toEqual([8, 10, 5, 6, 0, 0]);
    expect(run('prod', true, false)).toEqual([1, 1, 1, 2, 3, 8]);
    expect(run('prod', false, true)).toEqual([15, 48, 15, 24, 5, 6]);
  });

  test('topKIndices: largest first, equals by index, NaN on top, all of a row', () => {
    const scores = operand([2, 4], [3, 1, 3, 2, 0, NaN, -1, 5]);
    expect(result([2, 3], 'int32', (out) => kernels.topKIndices(scores, out, 3))).toEqual([0, 2, 3, 1, 3, 0]);
    expect(result([2, 4], 'int32', (out) => kernels.topKIndices(scores, out, 4))).toEqual([0, 2, 3, 1, 1, 3, 0, 2]);
  });

  test('softmax and logSoftmax hold at large values', () => {
    const logits = operand([2, 2], [1000, 1000 + Math.log(3), -1000, 1000]);
    expectClose(
      result([2, 2], 'float64', (out) => kernels.softmax(logits, out)),
      [0.25, 0.75, 0, 1],
    );
    const logs = result([2, 2], 'float64', (out) => kernels.logSoftmax(logits, out));
    expectClose(logs, [Math.log(0.25), Math.log(0.75), -2000, 0]);
  });
});
