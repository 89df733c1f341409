import { afterAll, describe, expect, test } from 'vitest';
import { setBackend } from '../../../src/backends/registry.js';
import type { TypedArray } from '../../../src/base/dtype.js';
import { matMul } from '../../../src/ops/matmul.js';
import { normalValues } from '../../../src/tensor/random.js';
import { dispose } from '../../../src/tensor/scope.js';
import { upload } from '../../../src/tensor/tensor.js';
import { MODES, startMode } from './modes.js';

afterAll(() => setBackend('cpu'));

/** Batches that repeat matrices in no even step: the kernel that reads lists of them. */
async function product(): Promise<TypedArray> {
  const a = upload(normalValues(3 * 2 * 4, 1), [3, 1, 2, 4], 'float32');
  const b = upload(normalValues(2 * 4 * 5, 2), [1, 2, 4, 5], 'float32');
  const y = matMul(a, b);
  const values = await y.data();
  dispose([a, b, y]);
  return values;
}

describe.each(MODES)('gpu.js in mode %s', (mode) => {
  test('batches that broadcast both ways', async () => {
    await setBackend('cpu');
    const expected = await product();
    await startMode(mode);
    const values = await product();
    expect(values.length).toBe(3 * 2 * 2 * 5);
    for (const [place, value] of values.entries()) expect(value).toBeCloseTo(expected[place], 5);
  });
});
