import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../../src/ops/methods.js';
import { grads } from '../../../src/autograd/gradients.js';
import { setBackend } from '../../../src/backends/registry.js';
import { relu } from '../../../src/ops/activations.js';
import { add, div, floorDiv, maximum, mod, mul } from '../../../src/ops/arithmetic.js';
import { batchMoments, batchNormTraining } from '../../../src/ops/batch-norm.js';
import { sum } from '../../../src/ops/broadcast.js';
import { cast } from '../../../src/ops/cast.js';
import { equal, isInf, isNaN as isNaNOf, notEqual } from '../../../src/ops/comparison.js';
import { fill, ones, tensor, zeros } from '../../../src/ops/creation.js';
import { cumsum } from '../../../src/ops/cumulative.js';
import { dropout } from '../../../src/ops/dropout.js';
import { gather } from '../../../src/ops/gather.js';
import { pow } from '../../../src/ops/power.js';
import { randomUniform, randomUniformInt } from '../../../src/ops/random.js';
import { argMax, max } from '../../../src/ops/reductions.js';
import { topk } from '../../../src/ops/top-k.js';
import { transpose } from '../../../src/ops/transpose.js';
import { acosh, asinh, erf } from '../../../src/ops/unary.js';
import { setSeed } from '../../../src/tensor/random.js';
import { dispose, tidy } from '../../../src/tensor/scope.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

afterAll(() => setBackend('cpu'));

const integers = (...values: number[]): Tensor => tensor(values, [values.length], 'int32');
const booleans = (...values: number[]): Tensor => tensor(values, [values.length], 'bool');
const floats = (...values: number[]): Tensor => tensor(values, [values.length]);

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Results to the digits of float32; those of integers are exact. */
const EDGES: readonly (readonly [string, () => Tensor, readonly number[]])[] = [
  ['integers beyond 2^24', () => add(integers(2 ** 24 + 1, -(2 ** 30) - 1), 2), [2 ** 24 + 3, -(2 ** 30) + 1]],
  ['an integer beyond 2^24 that is filled in', () => fill([2], 2 ** 24 + 1, 'int32'), [2 ** 24 + 1, 2 ** 24 + 1]],
  ['a bool over integers', () => div(booleans(1, 1, 1, 0), integers(2, 0, -1, 0)), [0, 0, -1, 0]],
  ['floorDiv of integers', () => floorDiv(integers(5, -5, 0, -7), integers(0, 0, 0, 2)), [0, 0, 0, -4]],
  ['mod of integers', () => mod(integers(5, 0, -5, 5), integers(0, 0, 3, -3)), [0, 0, 1, -1]],
  ['powers of integers', () => pow(integers(2, 0, 3, -1, 7), integers(-1, -1, 4, -3, 9)), [0, 0, 81, -1, 7 ** 9]],
  ['integers filled with a fraction', () => mul(fill([2], 2.7, 'int32'), fill([2], 2, 'int32')), [4, 4]],
  ['the largest of nothing but small integers', () => max(integers(-(2 ** 31) + 1, -(2 ** 31) + 5)), [-(2 ** 31) + 5]],
  ['asinh of large values', () => asinh(floats(1e20, -1e30, 0.5)), [46.744849, -69.770699, 0.48121183]],
  ['acosh of large values', () => acosh(floats(1e20, 1e30, 1.5)), [46.744849, 69.770699, 0.96242365]],
  ['erf near zero', () => erf(floats(0, 1e-6, -1e-3)), [0, 1.1283792e-6, -1.1283788e-3]],
  [
    'values that are not integers',
    () => cast(floats(infinity, -infinity, nan, -2.7, 3e9), 'int32'),
    [0, 0, 0, -2, 3e9 - 2 ** 32],
  ],
  ['NaN is true', () => cast(floats(nan, 0, -0, 1e-40), 'bool'), [1, 0, 0, 1]],
  ['NaN and infinities are told by their bits', () => isNaNOf(floats(nan, infinity, 0, -1)), [1, 0, 0, 0]],
  ['infinities', () => isInf(floats(nan, infinity, -infinity, 3e38)), [0, 1, 1, 0]],
  ['NaN equals nothing', () => equal(floats(nan, 1), floats(nan, 1)), [0, 1]],
  ['NaN differs from all', () => notEqual(floats(nan, 1), floats(nan, 1)), [1, 0]],
  ['NaN goes through relu', () => isNaNOf(relu(floats(nan, -1, 1))), [1, 0, 0]],
  ['NaN is the maximum', () => isNaNOf(maximum(floats(nan, 1, 1), floats(1, nan, 2))), [1, 1, 0]],
  ['NaN is the largest', () => topk(floats(1, nan, 3, nan, 2), 5).indices, [1, 3, 2, 4, 0]],
  ['the first NaN is argMax', () => argMax(floats(1, nan, 3, nan)), [1]],
  ['the first of equals is argMax', () => argMax(floats(1, 3, 3, -infinity)), [1]],
  ['an index out of range', () => gather(floats(1, 2, 3), integers(2, -1, 3, 0)), [3, 0, 0, 1]],
  ['a long line is summed in runs', () => cumsum(ones([700])).slice([698], [2]), [699, 700]],
  [
    'a turned matrix',
    () =>
      transpose(
        tensor(
          Array.from({ length: 17 * 18 }, (_, i) => i),
          [17, 18],
        ),
      ).slice([1, 0], [1, 3]),
    [1, 19, 37],
  ],
];

/** The same call on the cpu backend, to the bit. */
const SAME: readonly (readonly [string, () => Tensor])[] = [
  ['uniform numbers', () => randomUniform([1001])],
  ['uniform integers', () => randomUniformInt([1001], -5, 1000)],
  ['dropout', () => dropout(ones([1001]), 0.3)],
];

describe.skipIf(!HAS_WEBGPU)(`webgpu at the edges${NEEDS}`, () => {
  beforeAll(async () => void (await startWebGpu()));

  test.each(EDGES)('%s', async (_, run, expected) => {
    const result = tidy(run);
    const values = Array.from(await result.data());
    result.dispose();
    expect(values.length).toBe(expected.length);
    for (const [place, value] of expected.entries()) {
      const distance = values[place] === value ? 0 : Math.abs(values[place] - value) / Math.abs(value);
      expect(distance, `${values[place]} for ${value}`).toBeLessThan(result.dtype === 'float32' ? 1e-5 : 1e-12);
    }
  });

  test('batch norm of no images: moments of nothing, and gradients of zero', async () => {
    const loss = grads((gamma, beta) => sum(batchNormTraining(zeros([0, 3]), gamma, beta).y));
    const moments = batchMoments(zeros([0, 3]));
    const gradients = loss([ones([3]), ones([3])]);
    expect(await moments.data()).toEqual(new Float32Array(6).fill(nan));
    for (const gradient of gradients) expect(await gradient.data()).toEqual(new Float32Array(3));
    dispose([moments, ...gradients]);
  });

  test('moments of one pass do not cancel: a mean a thousand deviations away, in runs', async () => {
    const values = Float32Array.from({ length: 2 * 40_000 }, (_, i) => 1000 + (i % 7) - 3);
    const moments = batchMoments(tensor(values, [40_000, 2]));
    const [mean, , variance] = await moments.data();
    expect(mean).toBeCloseTo(1000, 3);
    expect(variance).toBeCloseTo(4, 3);
    moments.dispose();
  });

  test.each(SAME)('%s, the same as those of the cpu backend', async (_, run) => {
    const draw = async () => {
      setSeed(7);
      const result = tidy(run);
      const values = await result.data();
      result.dispose();
      return values;
    };
    const values = await draw();
    await setBackend('cpu');
    const expected = await draw();
    await setBackend('webgpu');
    expect(values).toEqual(expected);
  });
});
