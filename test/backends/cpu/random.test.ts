import { describe, expect, test } from 'vitest';
import { randomBits } from '../../../src/base/philox.js';
import { dot, kernels, result } from './helpers.js';

describe('random', () => {
  test('gives the known answers of Philox-2x32-10', () => {
    // Test vectors of the authors' library Random123.
    expect(randomBits(0, 0, 0)).toBe(0xff1dae59);
    expect(randomBits(-1, -1, -1)).toBe(0x2c3f628b);
    expect(randomBits(0x13198a2e, 0x243f6a88, 0x85a308d3)).toBe(0xdd7ce038);
  });

  test('multiplies exactly: agrees with Philox in big integers', () => {
    const word = 0xffffffffn;
    const reference = (key: bigint, low: bigint, high: bigint): number => {
      for (let round = 0n; round < 10n; round++) {
        const product = 0xd256d193n * low;
        low = (product >> 32n) ^ ((key + round * 0x9e3779b9n) & word) ^ high;
        high = product & word;
      }
      return Number(low);
    };
    for (let i = 0n; i < 500n; i++) {
      const [key, low, high] = [(i * 0x01234567n) & word, (i * 0xfedcba98n + 0xffffn) & word, i];
      expect(randomBits(Number(key), Number(low), Number(high))).toBe(reference(key, low, high));
    }
  });

  test('depends only on key and counter + index, also beyond 32 bits', () => {
    for (const counter of [0, 2 ** 32 - 3]) {
      const whole = result([8], 'float32', (out) => kernels.randomUniform(out, { key: 5, counter }, 0, 1));
      const tail = result([5], 'float32', (out) => kernels.randomUniform(out, { key: 5, counter: counter + 3 }, 0, 1));
      expect(tail).toEqual(whole.slice(3));
    }
    const start = (counter: number) =>
      result([4], 'float32', (out) => kernels.randomUniform(out, { key: 5, counter }, 0, 1));
    expect(start(0)).not.toEqual(start(2 ** 32));
  });

  test('is uniform: mean, variance, chi-square, and neighbouring keys and numbers do not correlate', () => {
    const size = 1 << 16;
    const draw = (key: number) =>
      result([size], 'float64', (out) => kernels.randomUniform(out, { key, counter: 0 }, 0, 1));
    const a = draw(41);
    const b = draw(42);
    const mean = a.reduce((sum, x) => sum + x, 0) / size;
    const variance = a.reduce((sum, x) => sum + (x - mean) ** 2, 0) / size;
    // Five standard deviations: σ of the mean is √(1/12 / n), of the variance √(1/180 / n), of a correlation 1 / √n.
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / size));
    expect(Math.abs(variance - 1 / 12)).toBeLessThan(5 * Math.sqrt(1 / 180 / size));
    const bins = new Array<number>(16).fill(0);
    for (const x of a) bins[Math.floor(x * 16)]++;
    const chiSquare = bins.reduce((sum, count) => sum + (count - size / 16) ** 2 / (size / 16), 0);
    expect(chiSquare).toBeLessThan(44.3); // 15 degrees of freedom, p = 0.0001
    expect(chiSquare).toBeGreaterThan(2.2); // nor suspiciously even, p = 0.9999
    const centred = (values: number[]) => values.map((x) => (x - 0.5) * Math.sqrt(12));
    expect(Math.abs(dot(centred(a), centred(b)) / size)).toBeLessThan(5 / Math.sqrt(size));
    expect(Math.abs(dot(centred(a).slice(1), centred(a)) / size)).toBeLessThan(5 / Math.sqrt(size));
  });

  test('never reaches the open end, not even by rounding, and reaches every integer', () => {
    const state = { key: 3, counter: 0 };
    const close = result([1000], 'float32', (out) => kernels.randomUniform(out, state, 2 ** 24, 2 ** 24 + 2));
    expect(new Set(close)).toEqual(new Set([2 ** 24]));
    const dice = result([1000], 'int32', (out) => kernels.randomUniform(out, state, -2, 2));
    expect([...new Set(dice)].sort((a, b) => a - b)).toEqual([-2, -1, 0, 1]);
  });

  test('dropoutMask keeps 1 − rate of all, scaled to keep the mean', () => {
    const mask = result([20_000], 'float32', (out) => kernels.dropoutMask(out, { key: 9, counter: 0 }, 0.75));
    expect(new Set(mask)).toEqual(new Set([0, 4]));
    expect(Math.abs(mask.filter(Boolean).length / 20_000 - 0.25)).toBeLessThan(0.016);
    expect(result([3], 'float32', (out) => kernels.dropoutMask(out, { key: 9, counter: 0 }, 0))).toEqual([1, 1, 1]);
  });
});
