import { readFile } from 'node:fs/promises';
import type { NdArray } from 'ndarray';
import { FormatError } from '../../base/errors.js';
import { decodeImage } from '../../datasets/decode-image.js';
import { toGrayscale } from '../../images/grayscale.js';
import { applyOrientation, readOrientation } from '../../images/orientation.js';
import { resizeImage } from '../../images/resize.js';
import { arrayView } from '../../tensor/array-view.js';
import type { PictureShape } from '../model-images.js';

/** Read an image in the size and with the channels of a model's input, [1, height, width, channels]. */
export async function readPicture(
  path: string,
  { height, width, channels }: PictureShape,
): Promise<NdArray<Uint8Array>> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`);
  });
  const image = applyOrientation(await decodeImage(bytes, path), readOrientation(bytes));
  const [tall, wide] = [height ?? image.height, width ?? image.width];
  const resized = { data: resizeImage(image, tall, wide), width: wide, height: tall };
  return arrayView(channels === 1 ? toGrayscale(resized) : resized.data, [1, tall, wide, channels]);
}
