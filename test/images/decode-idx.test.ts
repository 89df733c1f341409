import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { readIdx } from '../../src/datasets/idx.js';
import { decodeIdx } from '../../src/images/decode-idx.js';
import { expectFormatError } from '../datasets/helpers.js';

const int16 = Uint8Array.of(0, 0, 0x0b, 2, 0, 0, 0, 1, 0, 0, 0, 3, 0, 1, 0xff, 0xfe, 1, 0);

describe('decodeIdx', () => {
  test.each([
    ['bytes', int16],
    ['an ArrayBuffer', int16.buffer],
    ['gzip', new Uint8Array(gzipSync(int16))],
  ])('reads %s', async (_, bytes) => {
    const array = await decodeIdx(bytes, { rank: 2 });
    expect(array.shape).toEqual([1, 3]);
    expect(array.data).toEqual(Int16Array.of(1, -2, 256));
  });

  test('gives what readIdx gives of the same file', async () => {
    const path = fileURLToPath(new URL('../../assets/fashion-mnist/t10k-images-idx3-ubyte.gz', import.meta.url));
    const [decoded, read] = [await decodeIdx(readFileSync(path)), await readIdx(path)];
    expect(decoded.shape).toEqual(read.shape);
    expect(Buffer.compare(decoded.data as Uint8Array, read.data as Uint8Array)).toBe(0);
  });

  const damaged = new Uint8Array(gzipSync(int16, { level: 0 }));
  damaged[20] ^= 1;
  const bomb = Buffer.concat([int16, new Uint8Array(1e6)]);
  test.each([
    ['a header cut short', int16.slice(0, 9), /byte 9: the header ends here, expected 12 bytes/],
    ['elements cut short', int16.slice(0, 17), /the contents end at byte 17, but the header claims 18/],
    ['another kind', Uint8Array.of(1, 2, 3, 4), /the magic number is 01 02 03 04/],
    ['a forged size', Uint8Array.of(0, 0, 8, 1, 255, 255, 255, 255), /over the limit of 1073741824/],
    [
      'gzip cut short',
      new Uint8Array(gzipSync(int16)).slice(0, 25),
      /gzip stream is damaged or cut short|contents end/,
    ],
    ['damaged gzip', damaged, /checksum of the gzip stream is wrong|magic number|damaged/],
    ['more gzip than the header claims', new Uint8Array(gzipSync(bomb)), /unpacks to more than the 18 bytes/],
  ])('refuses %s', async (_, bytes, message) => {
    await expectFormatError(decodeIdx(bytes, { name: 'digits' }), 'digits', message);
  });

  test('refuses another rank, and options that it does not have', async () => {
    await expectFormatError(decodeIdx(int16, { rank: 3 }), 'idx', /2 axes, expected 3/);
    const misspelt = decodeIdx(int16, { ranks: 2 } as object);
    await expect(misspelt).rejects.toThrow(ValueError);
    await expect(misspelt).rejects.toThrow("decodeIdx: there is no option ranks; did you mean 'rank'?");
    await expect(decodeIdx(int16, { rank: '2' } as object)).rejects.toThrow(ValueError);
  });
});
