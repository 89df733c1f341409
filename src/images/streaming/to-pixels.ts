import { decodeImage } from '../decode-image.js';
import { toGrayscale } from '../grayscale.js';
import { applyOrientation, readOrientation } from '../orientation.js';
import { resizeImage } from '../resize.js';
import type { RgbImage } from '../rgb-image.js';

/** How a picture becomes the pixels of a sample. */
export interface PixelForm {
  readonly height: number;
  readonly width: number;
  readonly channels: 1 | 3;
  /** Whether the orientation that a camera noted is applied. */
  readonly upright: boolean;
}

/** Resize a decoded picture, and bring it to the wanted channels. @returns [height, width, channels], 0–255 */
export function fittedPixels(image: RgbImage, { height, width, channels }: PixelForm): Uint8Array {
  const data = resizeImage(image, height, width);
  return channels === 1 ? toGrayscale({ data, width, height }) : data;
}

/** Decode a JPEG or PNG and fit it. @throws FormatError naming the picture */
export async function toPixels(bytes: Uint8Array, name: string, form: PixelForm): Promise<Uint8Array> {
  const orientation = form.upright ? readOrientation(bytes) : 1;
  return fittedPixels(applyOrientation(await decodeImage(bytes, name), orientation), form);
}
