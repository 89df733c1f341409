import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encode } from 'fast-png';
import jpeg from 'jpeg-js';
import { beforeEach, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { decodeImage } from '../../src/datasets/decode-image.js';
import { readImageFolder } from '../../src/datasets/folder.js';
import { resizeImage } from '../../src/images/resize.js';
import { expectFormatError, hasShared, SHARED_DATA, temporaryFolder } from './helpers.js';

const root = temporaryFolder();
let folder = '';

beforeEach(() => {
  folder = join(root, crypto.randomUUID());
  for (const name of ['b', 'a']) mkdirSync(join(folder, name), { recursive: true });
});

const png = (data: number[], channels: number, depth: 8 | 16 = 8) => {
  const pixels = depth === 8 ? Uint8Array.from(data) : Uint16Array.from(data);
  return encode({ width: data.length / channels, height: 1, data: pixels, channels, depth });
};
/** One pixel by its header, millions by its content, which breaks off: a reader that goes past the claim says so. */
const jpegBytes = (red: number) => {
  const data = Buffer.alloc(16 * 16 * 4, 255);
  for (let i = 0; i < data.length; i += 4) data.set([red, 20, 30], i);
  return jpeg.encode({ width: 16, height: 16, data }, 95).data;
};

describe('decodeImage', () => {
  test.each([
    ['grey', png([0, 200], 1), [0, 0, 0, 200, 200, 200]],
    ['grey and alpha', png([200, 255, 200, 0], 2), [200, 200, 200, 200, 200, 200]],
    ['RGB', png([1, 2, 3], 3), [1, 2, 3]],
    ['RGBA', png([100, 50, 20, 255, 100, 50, 20, 51], 4), [100, 50, 20, 100, 50, 20]],
    ['16 bits', png([0, 65535, 256], 3, 16), [0, 255, 1]],
  ])('reads PNG: %s', async (name, bytes, expected) => {
    expect(Array.from((await decodeImage(bytes, name)).data)).toEqual(expected);
  });

  test('reads JPEG within its loss', async () => {
    const { data, width, height } = await decodeImage(jpegBytes(180), 'red.jpg');
    expect([width, height, data.length]).toEqual([16, 16, 768]);
    for (const [channel, value] of [180, 20, 30].entries()) expect(Math.abs(data[channel] - value)).toBeLessThan(6);
  });

  test('refuses broken, unknown and huge pictures', async () => {
    const cut = jpegBytes(9);
    await expectFormatError(decodeImage(cut.subarray(0, 300), 'cut.jpg'), 'cut.jpg', /cannot be decoded as jpeg/);
    await expectFormatError(
      decodeImage(png([1, 2, 3], 3).subarray(0, 40), 'cut.png'),
      'cut.png',
      /cannot be decoded as png/,
    );
    await expectFormatError(
      decodeImage(Buffer.from('RIFF....WEBP'), 'x.webp'),
      'x.webp',
      /decoded as|npm install sharp/,
    );
    const huge = png([1, 2, 3], 3);
    new DataView(huge.buffer, huge.byteOffset).setUint32(16, 2 ** 30);
    await expectFormatError(decodeImage(huge, 'huge.png'), 'huge.png', /cannot be decoded as png/);
  });
});

describe('decodeImage on damaged pictures', () => {
  test.each([
    ['jpeg', Uint8Array.from(jpegBytes(100))],
    [
      'png',
      png(
        Array.from({ length: 300 }, (_, i) => i % 256),
        3,
      ),
    ],
  ])('gives a picture or a FormatError: %s with flipped bits', async (name, bytes) => {
    let refused = 0;
    for (let flip = 0; flip < 400; flip++) {
      const damaged = Uint8Array.from(bytes);
      damaged[(flip * 131) % bytes.length] ^= 1 << (flip % 8);
      const result = await decodeImage(damaged, name).catch((error) => error);
      if (result instanceof Error) {
        refused++;
        await expectFormatError(Promise.reject(result), name, /cannot be decoded|neither JPEG nor PNG/);
      } else expect(result.data).toHaveLength(result.width * result.height * 3);
    }
    expect(refused).toBeGreaterThan(20);
  });
});

describe('resizeImage', () => {
  test('interpolates between half-pixel centres', () => {
    const image = { data: Uint8Array.from([0, 0, 0, 100, 100, 100]), width: 2, height: 1 };
    const wide = resizeImage(image, 1, 4);
    expect([wide[0], wide[3], wide[6], wide[9]]).toEqual([0, 25, 75, 100]);
    expect(resizeImage(image, 1, 2)).toBe(image.data);
    expect(Array.from(resizeImage(image, 2, 1))).toEqual([50, 50, 50, 50, 50, 50]);
    expect(() => resizeImage(image, 0, 4)).toThrow(ValueError);
  });
});

describe('readImageFolder', () => {
  test('sorts classes and files by name', async () => {
    writeFileSync(join(folder, 'b', '2.png'), png([9, 9, 9], 3));
    writeFileSync(join(folder, 'b', '10.png'), png([8, 8, 8], 3));
    writeFileSync(join(folder, 'a', 'x.JPG'), jpegBytes(250));
    writeFileSync(join(folder, 'a', 'notes.txt'), 'not a picture');
    const { images, labels, classNames, paths } = await readImageFolder(folder, { size: [2, 3] });
    expect(classNames).toEqual(['a', 'b']);
    expect(Array.from(labels.data)).toEqual([0, 1, 1]);
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual(['a/x.JPG', 'b/10.png', 'b/2.png']);
    expect(images.shape).toEqual([3, 2, 3, 3]);
    expect([images.get(1, 1, 2, 0), images.get(2, 0, 0, 1)]).toEqual([8, 9]);
    expect((await readImageFolder(folder, { size: [1, 1], limitPerClass: 1 })).paths).toHaveLength(2);
    await expect(readImageFolder(folder, { limitPerClass: 0 })).rejects.toThrow(ValueError);
  });

  test('reads pictures in sub-folders of a class after its own, and skips hidden ones', async () => {
    for (const name of ['a/more/deep', 'a/.thumbnails', '.cache']) mkdirSync(join(folder, name), { recursive: true });
    const names = ['a/z.png', 'a/more/c.png', 'a/more/deep/b.png', 'a/.thumbnails/t.png', 'a/._z.png', '.cache/c.png'];
    for (const name of names) writeFileSync(join(folder, name), png([1, 2, 3], 3));
    const { classNames, paths } = await readImageFolder(folder, { size: [1, 1] });
    expect(classNames).toEqual(['a']); // b has no pictures: not a class
    expect(paths.map((path) => path.slice(folder.length + 1))).toEqual(names.slice(0, 3));
  });

  test.each([[[-1, 5]], [[2.5, 2]], [[2]], [[0, 2]]])('refuses the size %j', async (size) => {
    writeFileSync(join(folder, 'a', 'x.png'), png([1, 2, 3], 3));
    const reading = readImageFolder(folder, { size: size as unknown as [number, number] });
    await expect(reading).rejects.toThrow(ValueError);
    await expect(reading).rejects.toThrow(`readImageFolder: size is [${size}]`);
  });

  test('names the file that is broken, and the folder without pictures', async () => {
    await expectFormatError(readImageFolder(folder), folder, /no pictures in it/);
    await expectFormatError(readImageFolder(join(folder, 'none')), 'none', /no such folder/);
    writeFileSync(join(folder, 'a', 'bad.jpg'), 'JFIF?');
    await expectFormatError(readImageFolder(folder), join('a', 'bad.jpg'), /cannot be decoded|neither JPEG nor PNG/);
    writeFileSync(join(folder, 'a', 'bad.jpg'), '');
    await expectFormatError(readImageFolder(folder), join('a', 'bad.jpg'), /the file is empty/);
    await expectFormatError(readImageFolder(join(folder, 'a', 'bad.jpg')), 'bad.jpg', /a file, expected a folder/);
  });

  test.skipIf(!hasShared('flowers'))('reads photographs (needs ../shared)', async () => {
    const options = { size: [48, 64], limitPerClass: 2 } as const;
    const { images, classNames } = await readImageFolder(join(SHARED_DATA, 'flowers', 'flower_photos'), options);
    expect(images.shape).toEqual([10, 48, 64, 3]);
    expect(classNames).toEqual(['daisy', 'dandelion', 'roses', 'sunflowers', 'tulips']);
    const mean = images.data.reduce((sum, value) => sum + value, 0) / images.size;
    expect(mean).toBeGreaterThan(60);
    expect(mean).toBeLessThan(180);
  });
});
