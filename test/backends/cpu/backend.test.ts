import { describe, expect, test } from 'vitest';
import { cpuBackend } from '../../../src/backends/cpu/index.js';
import { BackendError } from '../../../src/base/errors.js';
import { type CpuOperand, kernels } from './helpers.js';

describe('backend', () => {
  const backend = cpuBackend();

  test('copies on the way in and on the way out', async () => {
    const values = Float64Array.of(1, 2, 3);
    const buffer = backend.upload(values, 'float32');
    expect(buffer).toBeInstanceOf(Float32Array);
    values[0] = 9;
    const copy = backend.readSync(buffer, 'float32', 3);
    buffer[1] = 9;
    expect([...copy]).toEqual([1, 2, 3]);
    expect([...(await backend.read(buffer, 'float32', 3))]).toEqual([1, 9, 3]);
  });

  test('stores bool as bytes 0 and 1, allocates every dtype, and says when memory runs out', () => {
    expect([...backend.upload(Float32Array.of(0, 0.5, -2), 'bool')]).toEqual([0, 1, 1]);
    expect((['float32', 'float64', 'int32', 'bool'] as const).every((dtype) => backend.supports(dtype))).toBe(true);
    expect(backend.allocate('float64', 0)).toEqual(new Float64Array(0));
    expect(() => backend.allocate('float64', 2 ** 53)).toThrow(BackendError);
    expect(backend.info()).toMatchObject({ name: 'cpu', threads: 1 });
  });
});

test('kernels work on views of larger memory, and write nothing outside', () => {
  const memory = new Float32Array(12).fill(-5);
  const view = (offset: number, values: number[]): CpuOperand => {
    memory.set(values, offset);
    return { shape: [2], dtype: 'float32', size: 2, buffer: memory.subarray(offset, offset + 2) };
  };
  const [a, b, out] = [view(1, [1, 2]), view(5, [10, 20]), view(9, [0, 0])];
  kernels.binary('add', a, b, out);
  expect([...memory]).toEqual([-5, 1, 2, -5, -5, 10, 20, -5, -5, 11, 22, -5]);
});
