import { describe, expect, test } from 'vitest';
import { pack } from '../../../scripts/pack.js';
import { unpack } from '../../../src/backends/wasm/unpack.js';
import { randomBits } from '../../../src/base/philox.js';

const bytes = (key: number, count: number): Buffer =>
  Buffer.from(Array.from({ length: count }, (_, at) => randomBits(key, at, 0) & 255));

const unpacked = (packed: string, start: number, end: number): Buffer =>
  Buffer.from(unpack(packed, [start, end], (module) => new WebAssembly.Module(module)));

const base = bytes(1, 3000);

/** Records of four bytes, of which one counts and one is random: copies that a byte interrupts. */
const records = Buffer.from(
  Array.from({ length: 4000 }, (_, at) => [0x20, (at >> 2) & 63, 0xfd, randomBits(2, at, 0) & 3][at & 3]),
);

describe('packed bytes unpack to themselves', () => {
  test.each([
    ['none', Buffer.alloc(0)],
    ['one', Buffer.from([200])],
    ['random ones', base],
    ['the greatest ones, whose codes carry', Buffer.alloc(5000, 255)],
    ['a run longer than the longest copy', Buffer.alloc(9000, 7)],
    ['records', records],
    ['pieces in another order', Buffer.concat([base, base.subarray(2000), bytes(3, 7), base.subarray(100, 900)])],
    ['two halves that alternate', Buffer.concat([base, records, base, records, base])],
  ])('%s', (_, data) => {
    expect(unpacked(pack(data), 0, data.length)).toEqual(data);
  });
});

test('a part is unpacked without what follows', () => {
  const data = Buffer.concat([base, records, base]);
  const packed = pack(data);
  expect(unpacked(packed, 0, 3000)).toEqual(base);
  expect(unpacked(packed, 3000, 7000)).toEqual(records);
});

test('repeated contents take almost no space', () => {
  const twice = Buffer.concat([base, base]);
  twice[4234] ^= 1;
  expect(pack(twice).length - pack(base).length).toBeLessThan(30);
});

test('packed text needs no escapes in scripts', () => {
  expect(pack(bytes(4, 20000))).toMatch(/^[(-[\]-h]*$/);
});
