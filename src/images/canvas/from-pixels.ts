import { integer } from '../../base/options.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { type PixelSource, rgbaOf } from './rgba-source.js';

const CHANNELS = integer({ min: 1, max: 4 });

/**
 * Return an image's pixels as a tensor. ImageData and `{ data, width, height }` are read exactly. Other sources are
 * read
 * through a canvas, which stores colours multiplied by alpha: colours of transparent pixels are rounded, and 0 where
 * alpha is 0. Opaque pixels are exact. An `<img>` is read in the size of its `width` and `height`, which attributes and
 * styles set; `createImageBitmap` uses the natural size.
 * @param pixels an image, a video, a canvas, an ImageBitmap, a VideoFrame, ImageData, or RGBA bytes with their size
 * @param numChannels number of channels to return, from red, green, blue, alpha; 1 to 4; default 3, which drops alpha
 * @returns int32 [height, width, numChannels], 0–255
 * @throws ValueError when `pixels` is of another kind, has not loaded, has no pixels, or shows an image of another
 * origin; when `numChannels` is out of range
 * @see tfjs, `tf.browser.fromPixels`
 * @example browser.fromPixels({ data: new Uint8Array([1, 2, 3, 255]), width: 1, height: 1 }) // [[[1, 2, 3]]]
 */
export const fromPixels = (pixels: PixelSource, numChannels?: number | null): Tensor<'int32'> =>
  tensorOf('browser.fromPixels', pixels, numChannels);

/**
 * `browser.fromPixels` as a promise.
 * @throws ValueError
 * @see tfjs, `tf.browser.fromPixelsAsync`
 * @example const x = await browser.fromPixelsAsync(picture);
 */
export async function fromPixelsAsync(pixels: PixelSource, numChannels?: number | null): Promise<Tensor<'int32'>> {
  return tensorOf('browser.fromPixelsAsync', pixels, numChannels);
}

function tensorOf(caller: string, pixels: PixelSource, numChannels: number | null | undefined): Tensor<'int32'> {
  const channels = CHANNELS.check(caller, 'numChannels', numChannels ?? 3);
  const { data, width, height } = rgbaOf(caller, pixels);
  const values = new Int32Array(width * height * channels);
  for (let from = 0, to = 0; to < values.length; from += 4) {
    for (let channel = 0; channel < channels; channel++) values[to++] = data[from + channel];
  }
  return upload(values, [height, width, channels], 'int32');
}
