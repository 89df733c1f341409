import { decodeImage } from '../decode-image.js';
import { toGrayscale } from '../grayscale.js';
import { applyOrientation, readOrientation } from '../orientation.js';
import { resizeImage } from '../resize.js';
import type { RgbImage } from '../rgb-image.js';

/** Size, channels and orientation of the pixels of a sample. */
export interface PixelForm {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Whether to apply the Exif orientation. */
  readonly upright: boolean;
}

/** Resize a decoded image, and convert it to the given number of channels. @returns [height, width, channels], 0–255 */
export function fittedPixels(image: RgbImage, { height, width, channels }: PixelForm): Uint8Array {
  const data = resizeImage(image, height, width);
  return channels === 1 ? toGrayscale({ data, width, height }) : data;
}

/** Decode a JPEG or PNG and fit it. @throws FormatError naming the image */
export async function toPixels(bytes: Uint8Array, name: string, form: PixelForm): Promise<Uint8Array> {
  const orientation = form.upright ? readOrientation(bytes) : 1;
  return fittedPixels(applyOrientation(await decodeImage(bytes, name), orientation), form);
}
