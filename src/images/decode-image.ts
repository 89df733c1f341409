import { FormatError } from '../base/errors.js';
import { string } from '../base/option.js';
import { BYTES } from './arguments.js';
import { decodeJpeg } from './jpeg/decode-jpeg.js';
import { decodePng } from './png/decode-png.js';
import type { RgbImage } from './rgb-image.js';

/** Detect the format of an image by its first bytes; undefined for any other format. */
export function imageKind(bytes: Uint8Array): 'jpeg' | 'png' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  const png = [0x89, 0x50, 0x4e, 0x47];
  return png.every((byte, index) => bytes[index] === byte) ? 'png' : undefined;
}

/**
 * Decode a JPEG or PNG to RGB, the same bytes as Pillow's `convert('RGB')`, which Keras uses: alpha and colour profiles
 * are dropped, the orientation tag is ignored. Of 16 bits the high byte is kept, of grey too, which Pillow clips to 255
 * (TensorFlow and browsers do not). Memory beyond the file is bounded: a PNG takes 3
 * bytes per pixel and 32 MiB, a JPEG at most 6, or 12 if it is progressive; a third more for CMYK. Pictures
 * with more than 100 million pixels are refused.
 * @param bytes the contents of the file
 * @param name for messages; default `image`
 * @throws ValueError when an argument is of another kind
 * @throws FormatError when it is damaged, too large, or of another kind
 * @example const { data, width, height } = await decodeImage(picture, 'rose.jpg')
 */
export async function decodeImage(bytes: Uint8Array, name?: string | null): Promise<RgbImage> {
  const called = string().check('decodeImage', 'name', name ?? 'image');
  BYTES.check('decodeImage', 'bytes', bytes);
  const kind = imageKind(bytes);
  if (!kind) throw new FormatError(`${called}: neither JPEG nor PNG`);
  try {
    return kind === 'jpeg' ? decodeJpeg(bytes) : await decodePng(bytes);
  } catch (error) {
    throw new FormatError(`${called}: cannot be decoded as ${kind} (${(error as Error).message})`, { cause: error });
  }
}
