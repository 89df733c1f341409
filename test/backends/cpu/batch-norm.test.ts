import { describe, expect, test } from 'vitest';
import { type CpuOperand, dot, expectClose, kernels, noise, operand, result } from './helpers.js';

describe('batch norm', () => {
  const x = operand([2, 2, 2], [1, 10, 3, 20, 5, 30, 7, 40]);
  const moments = operand([2, 2], [4, 25, 5, 125]);
  const gamma = operand([2], [2, -1]);
  const beta = operand([2], [1, 0]);
  const epsilon = 1e-3;
  const plain = { residual: null, activation: null };
  const normalize = (input: CpuOperand) => {
    const own = operand(
      [2, 2],
      result([2, 2], 'float64', (out) => kernels.batchMoments(input, out)),
    );
    return result(input.shape, 'float64', (out) => kernels.batchNorm(input, own, gamma, beta, out, epsilon, plain));
  };

  test('moments are mean and biased variance, and survive a large mean', () => {
    expect(result([2, 2], 'float64', (out) => kernels.batchMoments(x, out))).toEqual([4, 25, 5, 125]);
    const far = operand([3, 1], [1e6 + 1, 1e6 + 2, 1e6 + 3], 'float32');
    expect(result([2, 1], 'float32', (out) => kernels.batchMoments(far, out))).toEqual([1e6 + 2, Math.fround(2 / 3)]);
  });

  test('normalises each channel', () => {
    const y = result(x.shape, 'float64', (out) => kernels.batchNorm(x, moments, gamma, beta, out, 0, plain));
    const r = 1 / Math.sqrt(5);
    expectClose(y, [1 - 6 * r, 3 * r, 1 - 2 * r, r, 1 + 2 * r, -r, 1 + 6 * r, -3 * r]);
  });

  test('sums and the gradient of x agree with differences', () => {
    const dy = noise(x.shape, 11);
    const sums = operand(
      [2, 2],
      result([2, 2], 'float64', (out) => kernels.batchNormSums(dy, x, moments, out, epsilon, null)),
    );
    const [d, v] = [dy.buffer, x.buffer];
    const inverse = 1 / Math.sqrt(5 + epsilon);
    expect(sums.buffer[0]).toBeCloseTo(d[0] + d[2] + d[4] + d[6], 12);
    expect(sums.buffer[2]).toBeCloseTo(inverse * [0, 2, 4, 6].reduce((sum, i) => sum + d[i] * (v[i] - 4), 0), 12);
    const dx = result(x.shape, 'float64', (out) =>
      kernels.batchNormInputGradient(dy, x, moments, gamma, sums, out, epsilon, null),
    );
    const h = 1e-5;
    const moved = (i: number, by: number) =>
      dot(normalize(operand(x.shape, Float64Array.from(v).with(i, v[i] + by))), d);
    expectClose(
      dx,
      dx.map((_, i) => (moved(i, h) - moved(i, -h)) / (2 * h)),
      8,
    );
  });
});
