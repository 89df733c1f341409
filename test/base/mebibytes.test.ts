import { expect, test } from 'vitest';
import { mebibytes } from '../../src/base/mebibytes.js';

test('sizes in MiB: whole ones rounded up, others to their digits', () => {
  expect(mebibytes(0)).toBe('0 MiB');
  expect(mebibytes(2 ** 20)).toBe('1 MiB');
  expect(mebibytes(2 ** 20 + 1)).toBe('2 MiB');
  expect(mebibytes(1234 * 2 ** 20)).toBe('1,234 MiB');
  expect(mebibytes(1.26 * 2 ** 20, 1)).toBe('1.3 MiB');
  expect(mebibytes(2 ** 21, 1)).toBe('2.0 MiB');
});
