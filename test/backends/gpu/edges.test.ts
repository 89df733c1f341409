import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../../src/ops/methods.js';
import { grads } from '../../../src/autograd/gradients.js';
import { setBackend } from '../../../src/backends/registry.js';
import type { DType } from '../../../src/base/dtype.js';
import { BackendError, ValueError } from '../../../src/base/errors.js';
import { div, floorDiv, mod, mul } from '../../../src/ops/arithmetic.js';
import { batchMoments, batchNormTraining } from '../../../src/ops/batch-norm.js';
import { sum } from '../../../src/ops/broadcast.js';
import { cast } from '../../../src/ops/cast.js';
import { fill, ones, tensor, zeros } from '../../../src/ops/creation.js';
import { pow } from '../../../src/ops/power.js';
import { topk } from '../../../src/ops/top-k.js';
import { acosh, asinh, erf } from '../../../src/ops/unary.js';
import { dispose, memory, tidy } from '../../../src/tensor/scope.js';
import type { Tensor } from '../../../src/tensor/tensor.js';
import { MODES, startMode } from './modes.js';

afterAll(() => setBackend('cpu'));

const integers = (...values: number[]): Tensor => tensor(values, [values.length], 'int32');
const booleans = (...values: number[]): Tensor => tensor(values, [values.length], 'bool');
const floats = (...values: number[]): Tensor => tensor(values, [values.length]);
/** What kernels see of integers: reading them on the host would hide a fraction or an infinity. */
const asFloats = (x: Tensor): Tensor => cast(x, 'float32');

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

/** Results that float32 has to the digits of `toBeCloseTo`, relative to the value. */
const EDGES: readonly (readonly [string, () => Tensor, readonly number[]])[] = [
  ['a bool over integers', () => asFloats(div(booleans(1, 1, 1, 0), integers(2, 0, -1, 0))), [0, 0, -1, 0]],
  ['floorDiv of integers by zero', () => asFloats(floorDiv(integers(5, -5, 0), integers(0, 0, 0))), [0, 0, 0]],
  ['mod of integers by zero', () => asFloats(mod(integers(5, 0, -5), integers(0, 0, 3))), [0, 0, 1]],
  ['powers of integers', () => asFloats(pow(integers(2, 0, 3, -1), integers(-1, -1, 4, -3))), [0, 0, 81, -1]],
  ['integers filled with a fraction', () => mul(fill([2], 2.7, 'int32'), fill([2], 2, 'int32')), [4, 4]],
  ['asinh of large values', () => asinh(floats(1e20, -1e30, 0.5)), [46.744849, -69.770699, 0.48121183]],
  ['acosh of large values', () => acosh(floats(1e20, 1e30, 1.5)), [46.744849, 69.770699, 0.96242365]],
  ['erf near zero', () => erf(floats(0, 1e-6, -1e-3)), [0, 1.1283792e-6, -1.1283788e-3]],
];

/** Of NaN and infinities, which webgpu's shaders may take for other numbers. */
const BEYOND: typeof EDGES = [
  ['integers of what is none', () => asFloats(cast(floats(infinity, -infinity, nan, -2.7), 'int32')), [0, 0, 0, -2]],
  ['NaN is the largest', () => topk(floats(1, nan, 3, nan, 2), 5).indices, [1, 3, 2, 4, 0]],
  ['a power of zero', () => pow(floats(0, 0, 2), floats(-1, 0, -1)), [infinity, 1, 0.5]],
];

describe.each(MODES)('gpu.js in mode %s', (mode) => {
  beforeAll(async () => void (await startMode(mode)));

  test.each(mode === 'webgpu' ? EDGES : [...EDGES, ...BEYOND])('%s', async (_, run, expected) => {
    const result = tidy(run);
    const values = Array.from(await result.data());
    result.dispose();
    expect(values.length).toBe(expected.length);
    for (const [place, value] of expected.entries()) {
      const distance = values[place] === value ? 0 : Math.abs(values[place] - value) / Math.abs(value);
      expect(distance, `${values[place]} for ${value}`).toBeLessThan(1e-5);
    }
  });

  test('batch norm of no images: moments of nothing, and gradients of zero', async () => {
    const loss = grads((gamma, beta) => sum(batchNormTraining(zeros([0, 3]), gamma, beta).y));
    const moments = batchMoments(zeros([0, 3]));
    const gradients = loss([ones([3]), ones([3])]);
    expect(await moments.data()).toEqual(new Float32Array(6).fill(Number.NaN));
    for (const gradient of gradients) expect(await gradient.data()).toEqual(new Float32Array(3));
    dispose([moments, ...gradients]);
  });

  test('an integer that float32 does not have is refused where it is filled in', () => {
    const before = memory();
    expect(() => fill([2], 2 ** 24 + 1, 'int32')).toThrow(ValueError);
    expect(memory()).toEqual(before);
    const dtypes: readonly DType[] = ['float32', 'int32', 'bool'];
    for (const dtype of dtypes) fill([1], 1, dtype).dispose();
  });

  test('reading from a closed device reports the reason', async () => {
    const { startEngine } = await import('../../../src/backends/gpu/runtime/engine.js');
    const { Device } = await import('../../../src/backends/gpu/runtime/device.js');
    const device = new Device(await startEngine(mode), 8);
    const buffer = device.upload(Float32Array.of(1));
    const closing = device.close('it was closed', true);
    expect(() => device.readSync(buffer)).toThrow(BackendError);
    expect(() => device.readSync(buffer)).toThrow(/it was closed/);
    await closing;
  });
});
