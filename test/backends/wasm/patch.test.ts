import { describe, expect, test } from 'vitest';
import { makePatch } from '../../../scripts/wasm-patch.js';
import { applyPatch } from '../../../src/backends/wasm/patch.js';
import { randomBits } from '../../../src/base/philox.js';

const bytes = (key: number, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, at) => randomBits(key, at, 0) & 255));

const base = bytes(1, 3000);

describe('a patch gives its target', () => {
  test.each([
    ['the same file', base],
    ['an empty file', Buffer.alloc(0)],
    ['a file of new bytes', bytes(2, 500)],
    [
      'pieces in another order, with new bytes between them',
      () => {
        const pieces = [
          base.subarray(2000),
          bytes(3, 7),
          base.subarray(100, 900),
          bytes(4, 200),
          base.subarray(50, 1500),
        ];
        return Buffer.concat([...pieces, bytes(5, 3)]);
      },
    ],
    ['a run of one byte', Buffer.alloc(1000, 7)],
  ])('%s', (_, target) => {
    const expected = typeof target === 'function' ? target() : target;
    expect(Buffer.from(applyPatch(base, makePatch(base, expected)))).toEqual(expected);
  });
});

test('what both files have is not in the patch', () => {
  const target = Buffer.from(base);
  target[1234] ^= 1;
  expect(makePatch(base, target).length).toBeLessThan(20);
});
