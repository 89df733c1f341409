import { beforeAll, describe, expect, test } from 'vitest';
import { grads } from '../../src/autograd/gradients.js';
import { div } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { startBackend } from '../support/backends.js';

beforeAll(() => startBackend('cpu'));

describe('gradients at the edges of float32', () => {
  test('of a quotient, where the square of the divisor is beyond float32', () => {
    tidy(() => {
      const [, ofDivisor] = grads((a, b) => div(a as Tensor, b as Tensor))([
        tensor([0, 1e-20, 1e20]),
        tensor([1e-25, 1e-15, 1e30]),
      ]);
      const slopes = [...ofDivisor.dataSync()];
      expect(slopes[0]).toBe(-0);
      expect(slopes[1] / -1e10).toBeCloseTo(1, 5);
      expect(slopes[2] / -1e-40).toBeCloseTo(1, 4);
    });
  });
});
