import { positiveInteger } from '../base/option.js';
import { PICTURE } from './arguments.js';
import type { RgbImage } from './rgb-image.js';

/** The two neighbours of each target position along one axis, and the weight of the second. */
interface AxisTaps {
  first: Int32Array;
  second: Int32Array;
  weight: Float32Array;
}

/** Half-pixel centres: target position t is at (t + 1/2) · from / to − 1/2 in the source. */
function axisTaps(from: number, to: number): AxisTaps {
  const taps = { first: new Int32Array(to), second: new Int32Array(to), weight: new Float32Array(to) };
  for (let target = 0; target < to; target++) {
    const position = Math.max(0, ((target + 0.5) * from) / to - 0.5);
    taps.first[target] = Math.min(Math.floor(position), from - 1);
    taps.second[target] = Math.min(taps.first[target] + 1, from - 1);
    taps.weight[target] = position - taps.first[target];
  }
  return taps;
}

/**
 * Resize an image bilinearly, without antialiasing, as Keras's `image_dataset_from_directory` does.
 * @param image the image, [height, width, 3]
 * @param height target rows
 * @param width target columns
 * @returns [height, width, 3], rounded to 0–255
 * @throws ValueError when it is no picture, or a size is not a positive integer
 * @example const pixels = resizeImage(picture, 224, 224)
 */
export function resizeImage(image: RgbImage, height: number, width: number): Uint8Array {
  PICTURE.check('resizeImage', 'image', image);
  positiveInteger().check('resizeImage', 'height', height);
  positiveInteger().check('resizeImage', 'width', width);
  if (height === image.height && width === image.width) return image.data;
  const rows = axisTaps(image.height, height);
  const columns = axisTaps(image.width, width);
  const output = new Uint8Array(height * width * 3);
  const { data } = image;
  const stride = image.width * 3;
  for (let row = 0; row < height; row++) {
    const top = rows.first[row] * stride;
    const bottom = rows.second[row] * stride;
    const down = rows.weight[row];
    for (let column = 0; column < width; column++) {
      const left = columns.first[column] * 3;
      const right = columns.second[column] * 3;
      const across = columns.weight[column];
      const target = (row * width + column) * 3;
      for (let channel = 0; channel < 3; channel++) {
        const upper = data[top + left + channel] * (1 - across) + data[top + right + channel] * across;
        const lower = data[bottom + left + channel] * (1 - across) + data[bottom + right + channel] * across;
        output[target + channel] = Math.round(upper * (1 - down) + lower * down);
      }
    }
  }
  return output;
}
