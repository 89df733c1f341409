import jpeg from 'jpeg-js';
import { describe, expect, test } from 'vitest';
import { applyOrientation, readOrientation } from '../../src/images/orientation.js';
import type { RgbImage } from '../../src/images/rgb-image.js';

const picture = Uint8Array.from(jpeg.encode({ width: 8, height: 8, data: Buffer.alloc(256, 128) }, 90).data);

/** The picture with Exif data after its first marker: one directory with a width and the orientation. */
function withOrientation(value: number, isLittle: boolean): Uint8Array {
  const tiff = new DataView(new ArrayBuffer(8 + 2 + 2 * 12 + 4));
  tiff.setUint16(0, isLittle ? 0x4949 : 0x4d4d);
  tiff.setUint16(2, 42, isLittle);
  tiff.setUint32(4, 8, isLittle);
  tiff.setUint16(8, 2, isLittle);
  for (const [index, [tag, entry]] of [
    [0x0100, 8],
    [0x0112, value],
  ].entries()) {
    tiff.setUint16(10 + 12 * index, tag, isLittle);
    tiff.setUint16(12 + 12 * index, 3, isLittle);
    tiff.setUint32(14 + 12 * index, 1, isLittle);
    tiff.setUint16(18 + 12 * index, entry, isLittle);
  }
  const exif = [...Buffer.from('Exif\0\0'), ...new Uint8Array(tiff.buffer)];
  const segment = [0xff, 0xe1, (exif.length + 2) >> 8, (exif.length + 2) & 255, ...exif];
  return Uint8Array.from([...picture.subarray(0, 2), ...segment, ...picture.subarray(2)]);
}

describe('readOrientation', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('reads %i in both byte orders', (value) => {
    expect(readOrientation(withOrientation(value, true))).toBe(value);
    expect(readOrientation(withOrientation(value, false))).toBe(value);
  });

  test('is 1 for pictures without, for values outside of Exif, and for damaged data', () => {
    expect(readOrientation(picture)).toBe(1);
    expect(readOrientation(Uint8Array.of(0x89, 0x50))).toBe(1);
    expect(readOrientation(withOrientation(9, true))).toBe(1);
    const whole = withOrientation(6, true);
    for (let length = 0; length < 60; length++) {
      expect([1, 6]).toContain(readOrientation(whole.subarray(0, length)));
    }
    for (let at = 4; at < 50; at++) {
      const damaged = Uint8Array.from(whole);
      damaged[at] = 255;
      expect(readOrientation(damaged)).toBeGreaterThanOrEqual(1);
    }
  });
});

describe('applyOrientation', () => {
  /** A picture of 3 × 2 pixels, of which each has its number: 0 1 2 over 3 4 5. */
  const data = Uint8Array.from({ length: 18 }, (_, index) => Math.floor(index / 3));
  const stored = { data, width: 3, height: 2 };
  const rows = ({ data: pixels, width, height }: RgbImage) =>
    Array.from({ length: height }, (_, y) =>
      Array.from({ length: width }, (_, x) => pixels[3 * (y * width + x)]).join(''),
    );

  // The stored first row is the visual top, top, bottom, bottom, left, right, right, left; the first column the visual
  // left, right, right, left, top, top, bottom, bottom (Exif 2.32, tag 0x0112).
  test.each([
    [1, ['012', '345']],
    [2, ['210', '543']],
    [3, ['543', '210']],
    [4, ['345', '012']],
    [5, ['03', '14', '25']],
    [6, ['30', '41', '52']],
    [7, ['52', '41', '30']],
    [8, ['25', '14', '03']],
  ])('%i', (orientation, expected) => {
    expect(rows(applyOrientation(stored, orientation))).toEqual(expected);
  });
});
