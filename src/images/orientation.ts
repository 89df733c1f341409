import { integer } from '../base/option.js';
import { BYTES, PICTURE } from './arguments.js';
import type { RgbImage } from './rgb-image.js';

const APP1 = 0xe1;
const START_OF_SCAN = 0xda;
const ORIENTATION_TAG = 0x0112;
/** `Exif`, then two zeros. */
const EXIF = [0x45, 0x78, 0x69, 0x66, 0, 0];

/**
 * Return the orientation that a JPEG's Exif data states, 1 to 8 as Exif 2.32 numbers them; 1, upright, where it states
 * none or is no JPEG.
 * @throws ValueError when they are no bytes
 * @example const orientation = readOrientation(picture)
 */
export function readOrientation(bytes: Uint8Array): number {
  BYTES.check('readOrientation', 'bytes', bytes);
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return 1;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  for (let at = 2; at + 4 <= bytes.length && bytes[at] === 0xff && bytes[at + 1] !== START_OF_SCAN; ) {
    const length = view.getUint16(at + 2);
    const end = Math.min(at + 2 + length, bytes.length);
    if (bytes[at + 1] === APP1 && EXIF.every((byte, index) => bytes[at + 4 + index] === byte)) {
      return orientationIn(new DataView(view.buffer, view.byteOffset + at + 10, Math.max(0, end - at - 10)));
    }
    at += 2 + length;
  }
  return 1;
}

/** The tag in the first directory of a TIFF structure. */
function orientationIn(tiff: DataView): number {
  if (tiff.byteLength < 8) return 1;
  const isLittle = tiff.getUint16(0) === 0x4949;
  const directory = tiff.getUint32(4, isLittle);
  if (directory + 2 > tiff.byteLength) return 1;
  const count = tiff.getUint16(directory, isLittle);
  for (let entry = 0; entry < count; entry++) {
    const at = directory + 2 + 12 * entry;
    if (at + 12 > tiff.byteLength) return 1;
    if (tiff.getUint16(at, isLittle) !== ORIENTATION_TAG) continue;
    const value = tiff.getUint16(at + 8, isLittle);
    return value >= 1 && value <= 8 ? value : 1;
  }
  return 1;
}

/**
 * Turn and mirror an image that was stored in an orientation, so that it stands upright.
 * @param orientation 1 to 8, as `readOrientation` returns it
 * @returns a new picture, or the same for 1
 * @throws ValueError when it is no picture, or the orientation is another number
 * @example const upright = applyOrientation(await decodeImage(picture), readOrientation(picture))
 */
export function applyOrientation(image: RgbImage, orientation: number): RgbImage {
  PICTURE.check('applyOrientation', 'image', image);
  integer({ min: 1, max: 8 }).check('applyOrientation', 'orientation', orientation);
  if (orientation === 1) return image;
  const { data, width, height } = image;
  const isTransposed = orientation >= 5;
  const [wide, tall] = isTransposed ? [height, width] : [width, height];
  // Row and column 0 of the stored image are the visual top and left (1), top and right (2), bottom and right (3), …
  const fromRight = [2, 3, 7, 8].includes(orientation);
  const fromBottom = [3, 4, 6, 7].includes(orientation);
  const upright = new Uint8Array(data.length);
  for (let y = 0; y < tall; y++) {
    for (let x = 0; x < wide; x++) {
      const [column, row] = isTransposed ? [y, x] : [x, y];
      const source = 3 * ((fromBottom ? height - 1 - row : row) * width + (fromRight ? width - 1 - column : column));
      upright.set(data.subarray(source, source + 3), 3 * (y * wide + x));
    }
  }
  return { data: upright, width: wide, height: tall };
}
