import { describe, expect, test } from 'vitest';
import { erf, erfc } from '../../../src/backends/cpu/erf.js';
import type { Activation, UnaryFunction } from '../../../src/backends/kernels.js';
import type { DType } from '../../../src/base/dtype.js';
import { expectClose, kernels, operand, result } from './helpers.js';

describe('unary', () => {
  const apply = (fn: UnaryFunction, values: number[], alpha = 0, beta = 0, dtype: DType = 'float64') =>
    result([values.length], dtype, (out) =>
      kernels.unary(fn, operand([values.length], values, dtype), out, alpha, beta),
    );

  test.each<[UnaryFunction, number[], number[]]>([
    ['abs', [-2, 3], [2, 3]],
    ['neg', [-2, 3], [2, -3]],
    ['sign', [-2, 0, 5], [-1, 0, 1]],
    ['ceil', [-1.5, 1.2], [-1, 2]],
    ['floor', [-1.5, 1.2], [-2, 1]],
    ['reciprocal', [4, -0.5], [0.25, -2]],
    ['square', [-3, 4], [9, 16]],
    ['sqrt', [16, 2], [4, Math.SQRT2]],
    ['rsqrt', [16, 2], [0.25, Math.SQRT1_2]],
    ['exp', [0, 1], [1, Math.E]],
    ['expm1', [0, 1], [0, Math.E - 1]],
    ['log', [1, 10], [0, Math.LN10]],
    ['log1p', [0, 1], [0, Math.LN2]],
    ['erf', [0, 1, -2], [0, 0.8427007929497149, -0.9953222650189527]],
    ['sin', [Math.PI / 6], [0.5]],
    ['cos', [Math.PI / 3], [0.5]],
    ['tan', [Math.PI / 4], [1]],
    ['asin', [0.5], [Math.PI / 6]],
    ['acos', [0.5], [Math.PI / 3]],
    ['atan', [1], [Math.PI / 4]],
    ['sinh', [Math.LN2], [0.75]],
    ['cosh', [Math.LN2], [1.25]],
    ['asinh', [0.75], [Math.LN2]],
    ['acosh', [1.25], [Math.LN2]],
    ['atanh', [0.6], [Math.LN2]],
    ['relu', [-1, 0, 2], [0, 0, 2]],
    ['relu6', [-1, 3, 7], [0, 3, 6]],
    ['sigmoid', [0, Math.log(3), -1000], [0.5, 0.75, 0]],
    ['tanh', [0, Math.LN2], [0, 0.6]],
    ['selu', [-1, 2], [-1.1113307378125625, 2.101401974710961]],
    ['softplus', [0, 1000, -1000], [Math.LN2, 1000, 0]],
    ['silu', [0, Math.log(3)], [0, 0.75 * Math.log(3)]],
    ['gelu', [1, -1], [0.8413447460685429, -0.15865525393145707]],
  ])('%s', (fn, x, expected) => expectClose(apply(fn, x), expected));

  test('reads its parameters', () => {
    expectClose(apply('leakyRelu', [-2, 3], 0.1), [-0.2, 3]);
    expectClose(apply('elu', [-Math.LN2, 3], 2), [-1, 3]);
    expect(apply('step', [-1, 0, 2], 0.5)).toEqual([0.5, 0.5, 1]);
    expect(apply('clip', [-5, 0.5, 5], -1, 1)).toEqual([-1, 0.5, 1]);
  });

  test('rounds half to even', () => {
    expect(apply('round', [0.5, 1.5, 2.5, 0.49999999999999994, 3.2]).map(Math.abs)).toEqual([0, 2, 2, 0, 3]);
    expect(apply('round', [-0.5, -1.5, -2.5]).map(Math.abs)).toEqual([0, 2, 2]);
  });

  test('keeps NaN, and works on integers', () => {
    for (const fn of ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'softplus', 'gelu', 'clip'] as const) {
      expect(apply(fn, [NaN], 0.1, 1)).toEqual([NaN]);
    }
    expect(apply('neg', [3, -(2 ** 31)], 0, 0, 'int32')).toEqual([-3, -(2 ** 31)]);
  });

  test('erf and erfc agree with each other and keep their digits in the tail', () => {
    for (const x of [-6, -3, -0.47, -0.2, 0, 0.3, 0.46875, 0.469, 2, 4, 4.01])
      expect(erf(x) + erfc(x)).toBeCloseTo(1, 15);
    expect(erfc(8) / 1.1224297172982928e-29).toBeCloseTo(1, 13);
    expect(erfc(2) / 0.004677734981047265).toBeCloseTo(1, 13);
    expect([erf(Infinity), erf(-Infinity), erfc(Infinity), erf(NaN)]).toEqual([1, -1, 0, NaN]);
  });

  test('gradients of activations, told from the output, are slopes', () => {
    const h = 1e-6;
    for (const fn of ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'] as const satisfies Activation[]) {
      const x = [-1.3, -0.2, 0.4, 7];
      const above = apply(
        fn,
        x.map((value) => value + h),
        0.3,
      );
      const below = apply(
        fn,
        x.map((value) => value - h),
        0.3,
      );
      const dx = result([4], 'float64', (out) =>
        kernels.activationGradient(fn, operand([4], [3, 3, 3, 3]), operand([4], apply(fn, x, 0.3)), out, 0.3),
      );
      expectClose(
        dx,
        above.map((value, i) => (3 * (value - below[i])) / (2 * h)),
        7,
      );
    }
  });
});
