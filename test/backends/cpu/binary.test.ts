import { describe, expect, test } from 'vitest';
import type { BinaryFunction, Comparison } from '../../../src/backends/kernels.js';
import type { DType } from '../../../src/base/dtype.js';
import { kernels, operand, result } from './helpers.js';

describe('binary', () => {
  const apply = (fn: BinaryFunction, a: number[], b: number[], dtype: DType = 'float64') =>
    result([a.length], dtype, (out) =>
      kernels.binary(fn, operand([a.length], a, dtype), operand([b.length], b, dtype), out),
    );

  test.each<[BinaryFunction, number[], number[], number[]]>([
    ['add', [1, 2], [3, 5], [4, 7]],
    ['sub', [1, 2], [3, 5], [-2, -3]],
    ['mul', [2, 3], [3, 5], [6, 15]],
    ['div', [1, -6], [4, 3], [0.25, -2]],
    ['floorDiv', [7, -7, 7], [2, 2, -2], [3, -4, -4]],
    ['mod', [7, -7, 7, -7, 6, -6], [3, 3, -3, -3, 3, 3], [1, 2, -2, -1, 0, -0]],
    ['pow', [2, 9], [10, 0.5], [1024, 3]],
    ['maximum', [1, NaN, 3], [2, 2, NaN], [2, NaN, NaN]],
    ['minimum', [1, NaN, 3], [2, 2, NaN], [1, NaN, NaN]],
    ['squaredDifference', [1, 5], [3, 2], [4, 9]],
    ['atan2', [1, -1], [-1, 0], [0.75 * Math.PI, -0.5 * Math.PI]],
  ])('%s', (fn, a, b, expected) => expect(apply(fn, a, b)).toEqual(expected));

  test('int32 wraps and truncates as stores do', () => {
    expect(apply('add', [2 ** 31 - 1], [1], 'int32')).toEqual([-(2 ** 31)]);
    expect(apply('pow', [2], [-1], 'int32')).toEqual([0]);
    expect(apply('mod', [-7], [3], 'int32')).toEqual([2]);
  });

  test('broadcasts both operands, a scalar, and rank 6', () => {
    const column = operand([2, 1], [10, 20]);
    const row = operand([3], [1, 2, 3]);
    expect(result([2, 3], 'float64', (out) => kernels.binary('add', column, row, out))).toEqual([
      11, 12, 13, 21, 22, 23,
    ]);
    expect(result([3], 'float64', (out) => kernels.binary('sub', operand([], [1]), row, out))).toEqual([0, -1, -2]);
    const a = operand([2, 1, 2, 1, 2, 1], [0, 1, 2, 3, 4, 5, 6, 7]);
    const b = operand([2, 1, 2, 1, 2], [0, 10, 20, 30, 40, 50, 60, 70]);
    const shape = [2, 2, 2, 2, 2, 2];
    const expected = Array.from({ length: 64 }, (_, flat) => {
      const bit = (place: number) => (flat >> (5 - place)) & 1;
      return bit(0) * 4 + bit(2) * 2 + bit(4) + 10 * (bit(1) * 4 + bit(3) * 2 + bit(5));
    });
    expect(result(shape, 'float64', (out) => kernels.binary('add', a, b, out))).toEqual(expected);
  });

  test('does nothing to an empty tensor', () => {
    expect(
      result([0, 3], 'float32', (out) => kernels.binary('add', operand([0, 3], []), operand([3], [1, 2, 3]), out)),
    ).toEqual([]);
  });
});

describe('comparison', () => {
  test.each<[Comparison, number[]]>([
    ['equal', [0, 1, 0, 0]],
    ['notEqual', [1, 0, 1, 1]],
    ['less', [1, 0, 0, 0]],
    ['lessEqual', [1, 1, 0, 0]],
    ['greater', [0, 0, 1, 0]],
    ['greaterEqual', [0, 1, 1, 0]],
    ['logicalAnd', [0, 1, 0, 1]],
    ['logicalOr', [1, 1, 1, 1]],
    ['logicalXor', [1, 0, 1, 0]],
  ])('%s', (fn, expected) => {
    const a = operand([4], [0, 2, 3, NaN]);
    const b = operand([4], [1, 2, 0, NaN]);
    expect(result([4], 'bool', (out) => kernels.compare(fn, a, b, out))).toEqual(expected);
  });

  test('tests each value', () => {
    const x = operand([4], [NaN, -Infinity, 0, 2]);
    const test = (fn: 'isNaN' | 'isInf' | 'isFinite' | 'logicalNot') =>
      result([4], 'bool', (out) => kernels.test(fn, x, out));
    expect(test('isNaN')).toEqual([1, 0, 0, 0]);
    expect(test('isInf')).toEqual([0, 1, 0, 0]);
    expect(test('isFinite')).toEqual([0, 0, 1, 1]);
    expect(test('logicalNot')).toEqual([0, 0, 1, 0]);
  });

  test('select broadcasts all three', () => {
    const condition = operand([2, 1], [1, 0], 'bool');
    const [a, b] = [operand([3], [1, 2, 3]), operand([], [9])];
    expect(result([2, 3], 'float64', (out) => kernels.select(condition, a, b, out))).toEqual([1, 2, 3, 9, 9, 9]);
  });
});
