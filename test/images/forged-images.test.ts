import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createDeflate } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { FormatError } from '../../src/base/errors.js';
import { decodeImage } from '../../src/images/decode-image.js';
import { temporaryFolder } from '../io/helpers.js';
import { flatJpeg, png, pngChunk } from './helpers.js';

const folder = temporaryFolder();
const root = fileURLToPath(new URL('../../', import.meta.url));

/**
 * Decode a file in a separate process.
 * @returns width, height, the last pixel, and MiB that decoding added to its memory
 */
function decodeApart(bytes: Uint8Array): { width: number; height: number; pixel: number[]; mebibytes: number } {
  const path = join(folder, 'picture');
  writeFileSync(path, bytes);
  const program = `
    import { readFileSync } from 'node:fs';
    import { decodeImage } from './src/images/decode-image.ts';
    await decodeImage(readFileSync('test/fixtures/images/colour-2-depth-8.png'));
    const bytes = readFileSync(${JSON.stringify(path)});
    const before = process.resourceUsage().maxRSS;
    const { width, height, data } = await decodeImage(bytes, 'picture');
    const mebibytes = (process.resourceUsage().maxRSS - before) / 1024;
    console.log(JSON.stringify({ width, height, pixel: [...data.slice(-3)], mebibytes }));`;
  const args = ['--import', 'tsx', '--input-type=module', '-e', program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }));
}

describe.skipIf(process.platform !== 'linux')('memory stays within the bound that the docs state (Linux)', () => {
  const SLACK = 64;
  const ZEROS = new Uint8Array(1e6);

  test('a PNG of 45 million pixels with alpha: 3 bytes per pixel', () => {
    const [width, height] = [7500, 6000];
    const rows = new Uint8Array((1 + 4 * width) * height);
    for (let y = 0; y < height; y++) rows[y * (1 + 4 * width)] = 1;
    rows.set([7, 8, 9, 100], (height - 1) * (1 + 4 * width) + 1);
    const { mebibytes, ...found } = decodeApart(png({ width, height, colour: 6, rows }));
    expect(found).toEqual({ width, height, pixel: [7, 8, 9] });
    expect(mebibytes).toBeLessThan((3 * width * height) / 2 ** 20 + SLACK);
  }, 60_000);

  test.each([
    [false, 6],
    [true, 12],
  ])(
    'a JPEG of 63 million pixels, progressive %s: %i bytes per pixel',
    (progressive, bytes) => {
      const [width, height] = [9000, 7000];
      const { mebibytes, ...found } = decodeApart(flatJpeg({ width, height, progressive }));
      expect(found).toEqual({ width, height, pixel: [128, 128, 128] });
      expect(mebibytes).toBeLessThan((bytes * width * height) / 2 ** 20 + SLACK);
    },
    60_000,
  );

  test('a colour profile of 1.5 GB is not unpacked', async () => {
    const pieces: Uint8Array[] = [Buffer.from('a\0\0')];
    const zeros = Array.from({ length: 1500 }, () => ZEROS);
    for await (const piece of Readable.from(zeros).pipe(createDeflate({ level: 1 }))) pieces.push(piece);
    const profile = Buffer.concat(pieces);
    const bytes = png({ width: 1, height: 1, rows: Uint8Array.of(0, 1, 2, 3), extra: [pngChunk('iCCP', profile)] });
    expect(decodeApart(bytes).mebibytes).toBeLessThan(SLACK);
  }, 60_000);
});

describe('headers are checked before anything is allocated', () => {
  const rows = Uint8Array.of(0, 1, 2, 3);
  test.each([
    [
      'a PNG of too many pixels',
      png({ width: 20_000, height: 10_000, rows }),
      '20000×10000 pixels, over the limit of 100 million',
    ],
    ['a PNG without pixels', png({ width: 0, height: 1, rows }), '0×1 pixels, expected at least one'],
    [
      'a PNG whose pixels cannot hold its size',
      png({ width: 9_000, height: 9_000, rows }),
      'bytes cannot hold the 9000×9000 pixels',
    ],
    [
      'a PNG with more pixels than it says',
      png({ width: 1, height: 1, rows: new Uint8Array(1e6) }),
      'more than the 1×1 that its header claims',
    ],
    ['a PNG with fewer', png({ width: 1, height: 2, rows }), 'its pixels end before its last row'],
    [
      'a PNG with a depth that its colours do not have',
      png({ width: 1, height: 1, depth: 4, rows }),
      'colour type 2 with 4 bits',
    ],
    [
      'a PNG without its palette',
      png({ width: 1, height: 1, colour: 3, rows }),
      'its palette has 0 bytes, expected three a colour',
    ],
    [
      'a PNG with a colour beyond its palette',
      png({ width: 1, height: 1, colour: 3, rows: Uint8Array.of(0, 2), extra: [pngChunk('PLTE', new Uint8Array(6))] }),
      'a pixel has colour 2 of a palette of 2',
    ],
    [
      'a PNG with a sixth filter',
      png({ width: 1, height: 1, rows: Uint8Array.of(5, 0, 0, 0) }),
      'a row has filter 5, expected 0 to 4',
    ],
    [
      'a JPEG of too many pixels',
      flatJpeg({ width: 60_000, height: 60_000, dataBytes: 9 }),
      'over the limit of 100 million',
    ],
    [
      'a JPEG that cannot hold its size',
      flatJpeg({ width: 9_000, height: 9_000, dataBytes: 9 }),
      'bytes cannot hold the 9000×9000 pixels',
    ],
    ['a JPEG whose data end', flatJpeg({ width: 64, height: 64, dataBytes: 9 }), 'the data of a scan end at byte'],
    [
      'a JPEG of a thousand scans',
      flatJpeg({ width: 8, height: 8, progressive: true, scans: 1000 }),
      'more than 100 scans',
    ],
  ])('%s', async (_, bytes, message) => {
    const error = await decodeImage(bytes, 'forged').catch((each) => each);
    expect(error).toBeInstanceOf(FormatError);
    expect(error.message).toContain('forged: cannot be decoded as');
    expect(error.message).toContain(message);
  });
});

describe('damaged pictures give a picture or a FormatError', () => {
  const NAMES = [
    'rgb-40x21-subsampling-2-restart-marker-blocks-2.jpg',
    'rgb-17x33-subsampling-2-progressive-true-quality-40.jpg',
    'cmyk-19x9-progressive-true.jpg',
    'colour-6-depth-8-interlaced.png',
    'colour-3-depth-4.png',
  ];

  test.each(NAMES)(
    '%s',
    async (name) => {
      const bytes = new Uint8Array(readFileSync(`${root}test/fixtures/images/${name}`));
      const { width, height } = await decodeImage(bytes, name);
      const attempt = async (damaged: Uint8Array) => {
        const result = await decodeImage(damaged, name).catch((error) => error);
        if (result instanceof Error) expect(result).toBeInstanceOf(FormatError);
        else expect(result.data).toHaveLength(result.width * result.height * 3);
        return result instanceof Error;
      };
      let refused = 0;
      for (let end = 2; end < bytes.length; end++) if (await attempt(bytes.slice(0, end))) refused++;
      expect(refused).toBeGreaterThan((bytes.length - 2) * 0.95);
      for (let place = 2; place < bytes.length; place++) {
        const damaged = bytes.slice();
        damaged[place] ^= 1 << (place % 8);
        // A size of a hundred million pixels would be slow, though right.
        const size = name.endsWith('.png') ? place >= 16 && place < 24 : false;
        if (!size) await attempt(damaged);
      }
      expect([width, height].every((side) => side > 0)).toBe(true);
    },
    60_000,
  );
});
