import { encode } from 'fast-png';
import type { NdArray } from 'ndarray';
import { ShapeError } from '../../base/errors.js';
import { integer } from '../../base/option.js';
import { IMAGES } from './arguments.js';

/**
 * Pixels of images, [count, height, width, channels]: bytes unchanged, floats scaled from their minimum to their
 * maximum.
 */
export type Images = NdArray<Uint8Array | Float32Array>;

/**
 * Return images as PNG data URIs, in which larger values are lighter.
 * @param images [count, height, width, channels] with 1 or 3 channels
 * @param count number of images, from the first; default all
 * @throws ValueError when the images are no array, or fewer than `count`
 * @throws ShapeError when the images have another rank or number of channels
 * @example const [uri] = imageUris(test.images, 1)
 */
export function imageUris(images: Images, count?: number | null): string[] {
  IMAGES.check('imageUris', 'images', images);
  const [, height, width, channels] = images.shape;
  if (images.dimension !== 4 || (channels !== 1 && channels !== 3)) {
    throw new ShapeError(`imageUris: images have shape [${images.shape}], expected [count, height, width, 1 or 3]`);
  }
  const wanted = integer({ min: 0, max: images.shape[0] }).check('imageUris', 'count', count ?? images.shape[0]);
  const [from, scale] = stretch(images);
  return Array.from({ length: wanted }, (_, index) => {
    const data = new Uint8Array(height * width * channels);
    let position = 0;
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        for (let channel = 0; channel < channels; channel++) {
          data[position++] = Math.round((images.get(index, row, column, channel) - from) * scale);
        }
      }
    }
    return `data:image/png;base64,${base64(encode({ width, height, data, channels }))}`;
  });
}

function stretch({ data }: Images): [from: number, scale: number] {
  if (data instanceof Uint8Array) return [0, 1];
  let [least, greatest] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of data) {
    least = Math.min(least, value);
    greatest = Math.max(greatest, value);
  }
  return greatest > least ? [least, 255 / (greatest - least)] : [least, 0];
}

/** Converts in chunks, because a call has a limited number of arguments. */
function base64(bytes: Uint8Array): string {
  let binary = '';
  for (let start = 0; start < bytes.length; start += 8192) {
    binary += String.fromCharCode(...bytes.subarray(start, start + 8192));
  }
  return btoa(binary);
}
