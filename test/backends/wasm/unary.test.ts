import { describe, expect, test } from 'vitest';
import type { UnaryFunction } from '../../../src/backends/kernels.js';
import type { WasmBackend } from '../../../src/backends/wasm/index.js';
import {
  backends,
  type Call,
  check,
  floats,
  type HostOperand,
  normal,
  positive,
  results,
  SIZES,
} from './against-cpu.js';

const SPECIAL = [
  Number.NaN,
  Number.POSITIVE_INFINITY,
  Number.NEGATIVE_INFINITY,
  0,
  -0,
  1e-40,
  -1e-40,
  3e38,
  -3e38,
  1,
  -1,
];

const UNARY: readonly UnaryFunction[] = [
  ...(['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh', 'abs', 'neg', 'sign', 'ceil', 'floor'] as const),
  ...(['round', 'reciprocal', 'square', 'sqrt', 'rsqrt', 'exp', 'log', 'softplus', 'silu', 'step', 'clip'] as const),
];

describe('unary', () => {
  const unary = (fn: UnaryFunction, x: HostOperand): Call => ({
    inputs: [x],
    outputs: [['float32', x.shape]],
    run: (kernels, [operand], [out]) => kernels.unary(fn, operand, out, fn === 'clip' ? -0.5 : 0.3, 0.75),
  });

  test.each(UNARY)('%s', (fn) => {
    const needsPositive = ['log', 'sqrt', 'rsqrt', 'reciprocal'].includes(fn);
    for (const size of SIZES) check(`${fn} of ${size}`, unary(fn, needsPositive ? positive(size) : normal(size)));
    check(`${fn} of special values`, unary(fn, floats([SPECIAL.length], SPECIAL)));
  });

  /** Largest |f(x) − exact| / |exact| over even steps. */
  function relativeError(
    backend: WasmBackend,
    fn: UnaryFunction,
    low: number,
    high: number,
    exact: (x: number) => number,
  ) {
    const count = 100_000;
    const x = floats(
      [count],
      Array.from({ length: count }, (_, i) => low + ((high - low) * i) / (count - 1)),
    );
    const y = results(unary(fn, x), backend)[1];
    let worst = 0;
    for (const [i, value] of x.values.entries()) {
      const wanted = exact(value);
      if (wanted !== 0) worst = Math.max(worst, Math.abs(y[i] - wanted) / Math.abs(wanted));
    }
    return worst;
  }

  test('polynomials hold two units in the last place', () => {
    const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
    for (const { backend } of backends) {
      expect(relativeError(backend, 'exp', -87, 88.7, Math.exp)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'log', 1e-30, 2, Math.log)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'log', 2, 1e30, Math.log)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'tanh', -10, 10, Math.tanh)).toBeLessThan(2.4e-7);
      expect(relativeError(backend, 'sigmoid', -87, 20, sigmoid)).toBeLessThan(3e-7);
      expect(relativeError(backend, 'softplus', -80, 20, (x) => Math.log1p(Math.exp(x)))).toBeLessThan(4e-7);
      expect(relativeError(backend, 'silu', -80, 20, (x) => x * sigmoid(x))).toBeLessThan(4e-7);
    }
  });

  test('in place', () => {
    const run: Call['run'] = (kernels, [x]) => kernels.unary('tanh', x, x, 0, 0);
    check('tanh in place', { inputs: [normal(1001)], run });
  });
});
