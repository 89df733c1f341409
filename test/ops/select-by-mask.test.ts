import { beforeAll, describe, expect, test } from 'vitest';
import { any, booleanMaskAsync, isNaN, logicalNot, memory, tensor, whereAsync } from '../../src/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

describe('parts chosen by values', () => {
  test('coordinates, in reading order', async () => {
    const x = tensor([1, Number.NaN, 3, 4, 5, Number.NaN, Number.NaN, 8], [2, 2, 2]);
    const found = await whereAsync(isNaN(x));
    expect(found.dtype).toBe('int32');
    expect(found.arraySync()).toEqual([
      [0, 0, 1],
      [1, 0, 1],
      [1, 1, 0],
    ]);
    expect((await whereAsync([false, false])).shape).toEqual([0, 1]);
  });

  test('rows without NaN; columns; single values; none at all', async () => {
    const x = tensor([
      [1, Number.NaN, 3],
      [4, 5, 6],
    ]);
    expect((await booleanMaskAsync(x, logicalNot(any(isNaN(x), 1)))).arraySync()).toEqual([[4, 5, 6]]);
    expect((await booleanMaskAsync(x, [true, false, true], 1)).arraySync()).toEqual([
      [1, 3],
      [4, 6],
    ]);
    expect((await booleanMaskAsync(x, logicalNot(isNaN(x)))).arraySync()).toEqual([1, 3, 4, 5, 6]);
    expect((await booleanMaskAsync(x, [false, false])).shape).toEqual([0, 3]);
  });

  test('leave nothing behind but their results', async () => {
    const x = tensor([[1, 2]]);
    const before = memory().numTensors;
    (await booleanMaskAsync(x, [true])).dispose();
    (await whereAsync([[true, false]])).dispose();
    expect(memory().numTensors).toBe(before);
  });

  test('a mask of another shape', async () => {
    await expect(booleanMaskAsync([[1, 2]], [true, false])).rejects.toThrow(
      'booleanMaskAsync: mask is [2], expected the shape of x [1,2] from axis 0 on',
    );
  });
});
