import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/autograd/check.js';
import {
  add,
  customGrad,
  GradientError,
  mul,
  ones,
  square,
  type Tensor,
  tensor,
  tidy,
  where,
} from '../../src/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

const doubles = (...values: number[]): Tensor => tensor(values, undefined, 'float64');

/** x² whose gradient is `slope` · x: right for 2. */
const squareWithSlope = (slope: number) =>
  customGrad((x) => ({ value: square(x), gradFunc: (dy) => mul(dy, mul(x, slope)) }));

test('returns the analytic and numeric derivative along a direction', () => {
  tidy(() => {
    const checks = checkGradients((x) => mul(square(x), x), [doubles(2)], { order: 3 });
    expect(checks.map(({ order }) => order)).toEqual([1, 2, 3]);
    for (const { analytic, numeric, relativeError } of checks) {
      expect(Math.abs(analytic)).toBeGreaterThan(1e-3);
      expect(relativeError).toBeLessThan(1e-6);
      expect(relativeError).toBeCloseTo(Math.abs(analytic - numeric) / Math.max(1, Math.abs(analytic)), 9);
    }
  });
});

describe('finds', () => {
  test('a gradient that is off by a thousandth', () => {
    tidy(() => {
      const x = doubles(1, -2, 3);
      checkGradients(squareWithSlope(2), [x]);
      expect(() => checkGradients(squareWithSlope(2.002), [x])).toThrow(GradientError);
      expect(() => checkGradients(squareWithSlope(2.002), [x])).toThrow(
        /order 1 gives .*, central differences .*: off by/,
      );
    });
  });

  test('a second order that is wrong where the first is right', () => {
    const detached = customGrad((x) => {
      const fixed = mul(x, 2).dataSync();
      return { value: square(x), gradFunc: (dy) => mul(dy, tensor(fixed, undefined, 'float64')) };
    });
    tidy(() => {
      const x = doubles(1, -2, 3);
      expect(checkGradients(detached, [x])).toHaveLength(1);
      expect(() => checkGradients(detached, [x], { order: 2 })).toThrow(/order 2 gives 0/);
    });
  });

  test('a wrong gradient of one input among several', () => {
    tidy(() => {
      const f = (a: Tensor, b: Tensor): Tensor => add(square(a), squareWithSlope(1.9)(b));
      expect(() => checkGradients(f, [doubles(1, 2), doubles(3, 4)])).toThrow(GradientError);
    });
  });

  test('a gradient of the wrong elements', () => {
    const shifted = customGrad((x) => ({
      value: mul(x, tensor([1, 2, 3], undefined, 'float64')),
      gradFunc: (dy) => mul(dy, tensor([2, 1, 3], undefined, 'float64')),
    }));
    tidy(() => expect(() => checkGradients(shifted, [doubles(1, 1, 1)])).toThrow(GradientError));
  });

  test('NaN', () => {
    const broken = customGrad((x) => ({ value: square(x), gradFunc: (dy) => mul(dy, Number.NaN) }));
    tidy(() => expect(() => checkGradients(broken, [doubles(1)])).toThrow(/order 1 gives NaN/));
  });
});

test('accepts several outputs, and an input without effect', () => {
  tidy(() => {
    const f = (a: Tensor, b: Tensor) => [square(a), where(true, a, b)];
    expect(checkGradients(f, [doubles(1, 2), doubles(3, 4)], { order: 2 })).toHaveLength(2);
  });
});

test('one tensor given twice is two inputs', () => {
  tidy(() => {
    const x = ones([2], 'float64');
    expect(checkGradients((a, b) => mul(a, b), [x, x], { order: 2 })).toHaveLength(2);
  });
});

test('the same seed gives the same direction', () => {
  tidy(() => {
    const at = (seed: number) => checkGradients(square, [doubles(1, 2)], { seed })[0].analytic;
    expect(at(5)).toBe(at(5));
    expect(at(5)).not.toBe(at(6));
  });
});
