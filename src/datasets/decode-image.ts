import { FormatError } from '../base/errors.js';
import { string } from '../base/option.js';
import { BYTES } from '../images/arguments.js';
import { decodeImage as decodeKnown, imageKind } from '../images/decode-image.js';
import { MAX_PIXELS, type RgbImage } from '../images/rgb-image.js';

/** The part of sharp's API that is used; sharp is an optional package, not a dependency. */
type Sharp = (
  bytes: Uint8Array,
  options?: { ignoreIcc: boolean; limitInputPixels: number },
) => {
  toColourspace(space: string): ReturnType<Sharp>;
  removeAlpha(): ReturnType<Sharp>;
  raw(): ReturnType<Sharp>;
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Uint8Array; info: RgbImage & { channels: number } }>;
};

let sharp: Promise<Sharp | undefined> | undefined;

function loadSharp(): Promise<Sharp | undefined> {
  const name = 'sharp';
  sharp ??= import(name).then((module) => module.default as Sharp).catch(() => undefined);
  return sharp;
}

/**
 * Decode an image to RGB: JPEG and PNG as `nabla/images` does, and the formats of `sharp` (WebP, AVIF, TIFF, …) if it
 * is installed. Alpha and colour profiles are dropped; the orientation tag is ignored, as in Keras.
 * @param bytes the contents of the file
 * @param name for messages; default `image`
 * @throws FormatError when it is damaged, too large, or of a kind that needs `sharp`
 * @example const { data, width, height } = await decodeImage(await readFile('rose.jpg'), 'rose.jpg')
 */
export async function decodeImage(bytes: Uint8Array, name?: string | null): Promise<RgbImage> {
  const called = string().check('decodeImage', 'name', name ?? 'image');
  BYTES.check('decodeImage', 'bytes', bytes);
  if (imageKind(bytes)) return decodeKnown(bytes, called);
  const decoder = await loadSharp();
  if (!decoder) {
    throw new FormatError(`${called}: neither JPEG nor PNG; \`npm install sharp\` adds WebP, AVIF, TIFF, GIF and SVG`);
  }
  try {
    return await decodeWithSharp(decoder, bytes);
  } catch (error) {
    throw new FormatError(`${called}: cannot be decoded as an image (${(error as Error).message})`, { cause: error });
  }
}

async function decodeWithSharp(decoder: Sharp, bytes: Uint8Array): Promise<RgbImage> {
  // Colour profiles are ignored: models are trained on the numbers in the file.
  const pipeline = decoder(bytes, { ignoreIcc: true, limitInputPixels: MAX_PIXELS })
    .removeAlpha()
    .toColourspace('srgb')
    .raw();
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  const { width, height, channels } = info;
  if (channels === 3) return { data, width, height };
  const rgb = new Uint8Array(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) rgb.fill(data[pixel * channels], pixel * 3, pixel * 3 + 3);
  return { data: rgb, width, height };
}
