import { LUMA } from '../base/luma.js';
import { PICTURE } from './arguments.js';
import type { RgbImage } from './rgb-image.js';

/** Fractional bits of the weights. */
const BITS = 16;
const [RED, GREEN, BLUE] = LUMA.map((weight) => Math.round(weight * 2 ** BITS));

/**
 * Return the brightness of an image: luma, with the rounding of Pillow's `convert('L')`, which Keras uses.
 * @returns [height, width], 0–255
 * @throws ValueError when it is no picture
 * @example const pixels = toGrayscale(await decodeImage(picture))
 */
export function toGrayscale(image: RgbImage): Uint8Array {
  const { data, width, height } = PICTURE.check('toGrayscale', 'image', image);
  const gray = new Uint8Array(width * height);
  for (let i = 0; i < gray.length; i++) {
    gray[i] = (RED * data[3 * i] + GREEN * data[3 * i + 1] + BLUE * data[3 * i + 2] + 2 ** (BITS - 1)) >> BITS;
  }
  return gray;
}
