import type { RgbImage } from './rgb-image.js';

/**
 * Return the brightness of a picture, by the luma of ITU-R BT.601 with the rounding of Pillow's `convert('L')`, which Keras uses.
 * `image.rgbToGrayscale` has TensorFlow's constants, of four digits.
 * @returns [height, width], 0–255
 * @example const pixels = toGrayscale(await decodeImage(bytes))
 */
export function toGrayscale({ data, width, height }: RgbImage): Uint8Array {
  const gray = new Uint8Array(width * height);
  // Of 65,536 parts.
  for (let i = 0; i < gray.length; i++) {
    gray[i] = (19_595 * data[3 * i] + 38_470 * data[3 * i + 1] + 7_471 * data[3 * i + 2] + 32_768) >> 16;
  }
  return gray;
}
