import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readIdx } from '../../src/datasets/idx.js';
import { expectFormatError, gzip, idxBytes, temporaryFolder } from './helpers.js';

const folder = temporaryFolder();
const pixels = Uint8Array.from({ length: 2 * 3 * 4 }, (_, i) => (i * 37) % 256);
const good = idxBytes([2, 3, 4], pixels);

function write(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

describe('readIdx', () => {
  test('reads what was written, gzipped and not', async () => {
    for (const path of [write('plain', good), write('good.gz', gzip(good))]) {
      const array = await readIdx(path, { rank: 3 });
      expect(array.shape).toEqual([2, 3, 4]);
      expect(array.get(1, 2, 3)).toBe(pixels[23]);
      expect(Array.from(array.data as Uint8Array)).toEqual(Array.from(pixels));
    }
  });

  test.each([
    [9, Int8Array, [-1, 2], (view: DataView, at: number, v: number) => view.setInt8(at, v)],
    [11, Int16Array, [-300, 2], (view: DataView, at: number, v: number) => view.setInt16(at, v)],
    [12, Int32Array, [-70_000, 2], (view: DataView, at: number, v: number) => view.setInt32(at, v)],
    [13, Float32Array, [-0.5, 2.25], (view: DataView, at: number, v: number) => view.setFloat32(at, v)],
    [14, Float64Array, [-0.1, 2.3], (view: DataView, at: number, v: number) => view.setFloat64(at, v)],
  ] as const)('reads big-endian elements of type %i', async (type, kind, values, set) => {
    const body = new DataView(new ArrayBuffer(2 * kind.BYTES_PER_ELEMENT));
    for (const [i, value] of values.entries()) set(body, i * kind.BYTES_PER_ELEMENT, value);
    const array = await readIdx(write(`type-${type}`, idxBytes([2], new Uint8Array(body.buffer), type)));
    expect(array.data).toBeInstanceOf(kind);
    expect(Array.from(array.data)).toEqual([...values]);
  });
});

describe('readIdx refuses broken files', () => {
  const body = gzip(good);
  const flipped = (bytes: Uint8Array, at: number) =>
    Uint8Array.from(bytes, (byte, i) => (i === at ? byte ^ 0xff : byte));
  const claim = (shape: number[]) => idxBytes(shape, pixels);
  const table: [name: string, bytes: Uint8Array, message: RegExp][] = [
    ['empty', new Uint8Array(), /the file is empty/],
    ['empty.gz', new Uint8Array(), /the file is empty/],
    ['not-gzip.gz', good, /not a gzip file: byte 0 starts with 00 00, expected 1f 8b/],
    ['text', Buffer.from('<html>404</html>'), /byte 0: the magic number is 3c 68 74 6d/],
    ['first-byte', flipped(good, 0), /byte 0: the magic number is ff 00 08 03/],
    ['element-type', flipped(good, 2), /byte 0: the magic number/],
    ['no-axes', Uint8Array.of(0, 0, 8, 0, 1), /byte 0: the magic number is 00 00 08 00/],
    ['other-rank', idxBytes([24], pixels), /byte 3: 1 axes, expected 3/],
    ['magic-cut', good.subarray(0, 3), /byte 0: the magic number/],
    ['header-cut', good.subarray(0, 11), /byte 11: the header ends here, expected 16 bytes/],
    ['header-cut.gz', gzip(good.subarray(0, 11)), /byte 11: the header ends here, expected 16 bytes/],
    ['one-short', good.subarray(0, good.length - 1), /claims 40 bytes of content, 39 bytes of file cannot hold/],
    ['one-short.gz', gzip(good.subarray(0, good.length - 1)), /the content ends at byte 39, but its header claims 40/],
    ['one-long', Buffer.concat([good, Uint8Array.of(1)]), /the content ends at byte 41, but its header claims 40/],
    ['one-long.gz', gzip(Buffer.concat([good, Uint8Array.of(1)])), /inflates to more than the 40 bytes/],
    ['claim', claim([1e9, 1, 1]), /claims 1000000016 bytes of content, 40 bytes of file cannot hold/],
    ['claim.gz', gzip(claim([1e9, 28, 28])), /claims 784000000016 bytes of content/],
    ['claim-overflow', claim([2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1]), /claims .* bytes of content/],
    ['bomb.gz', gzip(idxBytes([1, 1, 1], new Uint8Array(5e7))), /inflates to more than the 17 bytes/],
    [
      'trailing.gz',
      Buffer.concat([body, Buffer.from('garbage')]),
      /corrupted before byte \d+ \(incorrect header check\)/,
    ],
    ['padded.gz', Buffer.concat([body, new Uint8Array(7)]), /7 bytes follow the end of the gzip stream/],
    ['checksum.gz', flipped(body, body.length - 8), /corrupted before byte \d+ \(incorrect data check\)/],
    ['length.gz', flipped(body, body.length - 1), /corrupted before byte \d+ \(incorrect length check\)/],
    ['method.gz', flipped(body, 2), /corrupted before byte \d+ \(unknown compression method\)/],
  ];
  test.each(table)('%s', async (name, bytes, message) => {
    const path = write(name, bytes);
    await expectFormatError(readIdx(path, { rank: 3 }), path, message);
  });

  test('a file that is not there, and a folder', async () => {
    await expectFormatError(readIdx(join(folder, 'nowhere')), 'nowhere', /no such file/);
    mkdirSync(join(folder, 'folder'));
    await expectFormatError(readIdx(join(folder, 'folder')), 'folder', /a folder, expected a file/);
  });

  test('cut at every length', async () => {
    for (let length = 0; length < good.length; length++) {
      const path = write('cut', good.subarray(0, length));
      await expectFormatError(readIdx(path, { rank: 3 }), path, /empty|magic|header ends here|cannot hold/);
    }
    for (let length = 1; length < body.length; length++) {
      const path = write('cut.gz', body.subarray(0, length));
      await expectFormatError(
        readIdx(path, { rank: 3 }),
        path,
        /cut short at byte|magic|not a gzip|header ends here|cannot hold/,
      );
    }
  });

  test('with any one byte of the compressed content flipped, or reads it unchanged', async () => {
    for (let at = 0; at < body.length; at++) {
      const path = write('flipped', flipped(body, at));
      const result = await readIdx(path, { rank: 3 }).catch((error) => error);
      // Time stamp, flags and operating system in a gzip header (bytes 4 to 9) mean nothing to the content.
      if (at >= 4 && at <= 9) expect(Array.from(result.data)).toEqual(Array.from(pixels));
      else await expectFormatError(Promise.reject(result), path, /gzip|magic|claims|header/);
    }
  });

  test('faults after the first pieces of a stream', async () => {
    // Noise, so that the compressed file is read in several pieces.
    const noise = randomBytes(1_000_000);
    const long = gzip(idxBytes([1000, 1000], noise));
    const readBack = await readIdx(write('long.gz', long));
    expect(Buffer.from(readBack.data as Uint8Array).equals(noise)).toBe(true);
    const broken: [name: string, bytes: Uint8Array, message: RegExp][] = [
      ['long-cut.gz', long.subarray(0, 700_000), /cut short at byte 700000/],
      ['long-padded.gz', Buffer.concat([long, new Uint8Array(600_000)]), /600000 bytes follow the end/],
      ['long-trailing.gz', Buffer.concat([long, noise]), /corrupted|follow the end/],
      ['long-checksum.gz', flipped(long, 700_000), /corrupted before byte \d{6,7} /],
      ['long-claim.gz', gzip(idxBytes([1000, 999], noise)), /inflates to more than the 999012 bytes/],
    ];
    for (const [name, bytes, message] of broken) {
      const path = write(name, bytes);
      await expectFormatError(readIdx(path), path, message);
    }
  });

  test('a content over the limit that the caller sets', async () => {
    const path = write('limit.gz', gzip(good));
    await expectFormatError(readIdx(path, { maxBytes: 39 }), path, /over the limit of 39/);
  });

  test('a forged stream of a gigabyte in little memory', async () => {
    const path = write('bomb-claim.gz', gzip(idxBytes([1e9, 1, 1], new Uint8Array(2e6))));
    const before = process.memoryUsage().arrayBuffers;
    await expectFormatError(readIdx(path), path, /claims 1000000016 bytes of content/);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(2e7);
  });
});
