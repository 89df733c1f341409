import { FormatError } from '../base/errors.js';
import { checkPngSize } from './png-size.js';

/** A decoded picture: `data` is [height, width, 3], 0–255. */
export interface RgbImage {
  data: Uint8Array;
  width: number;
  height: number;
}

/** The part of sharp that is used; sharp itself is an optional extra, not a dependency. */
type Sharp = (
  bytes: Uint8Array,
  options?: { ignoreIcc: boolean; limitInputPixels: number },
) => {
  toColourspace(space: string): ReturnType<Sharp>;
  flatten(options: { background: string }): ReturnType<Sharp>;
  raw(): ReturnType<Sharp>;
  toBuffer(options: { resolveWithObject: true }): Promise<{ data: Uint8Array; info: RgbImage & { channels: number } }>;
};

/** Pictures beyond this many pixels are refused before they are unpacked. */
const MAX_MEGAPIXELS = 100;

let sharp: Promise<Sharp | undefined> | undefined;

function loadSharp(): Promise<Sharp | undefined> {
  const name = 'sharp';
  sharp ??= import(name).then((module) => module.default as Sharp).catch(() => undefined);
  return sharp;
}

/**
 * Decodes a picture to RGB: JPEG and PNG by themselves, and whatever `sharp` reads (WebP, AVIF, TIFF, …) where it is installed.
 * Transparent pixels are laid over black; the orientation tag is left alone, as Keras does.
 * @param bytes the file's content
 * @param name what errors call it
 * @throws FormatError when it is broken, too large, or of a kind that needs `sharp`
 * @example const { data, width, height } = await decodeImage(await readFile('rose.jpg'), 'rose.jpg')
 */
export async function decodeImage(bytes: Uint8Array, name: string): Promise<RgbImage> {
  const kind = imageKind(bytes);
  try {
    const decoder = await loadSharp();
    if (decoder) return await decodeWithSharp(decoder, bytes);
    if (kind === 'jpeg') return await decodeJpeg(bytes);
    if (kind === 'png') return await decodePng(bytes);
  } catch (error) {
    const { message } = error as Error;
    throw new FormatError(`${name}: cannot be decoded as ${kind ?? 'an image'} (${message})`, { cause: error });
  }
  throw new FormatError(`${name}: neither JPEG nor PNG; \`npm install sharp\` adds WebP, AVIF, TIFF, GIF and SVG`);
}

function imageKind(bytes: Uint8Array): 'jpeg' | 'png' | undefined {
  if (bytes[0] === 0xff && bytes[1] === 0xd8) return 'jpeg';
  const png = [0x89, 0x50, 0x4e, 0x47];
  return png.every((byte, index) => bytes[index] === byte) ? 'png' : undefined;
}

async function decodeWithSharp(decoder: Sharp, bytes: Uint8Array): Promise<RgbImage> {
  // Colour profiles are left alone too: the numbers in the file are the numbers a model was trained on.
  const limits = { ignoreIcc: true, limitInputPixels: MAX_MEGAPIXELS * 1e6 };
  const pipeline = decoder(bytes, limits).flatten({ background: 'black' }).toColourspace('srgb').raw();
  const { data, info } = await pipeline.toBuffer({ resolveWithObject: true });
  return { data: dropAlpha(data, info.channels), width: info.width, height: info.height };
}

async function decodeJpeg(bytes: Uint8Array): Promise<RgbImage> {
  const { decode } = (await import('jpeg-js')).default;
  const { data, width, height } = decode(bytes, {
    useTArray: true,
    formatAsRGBA: false,
    tolerantDecoding: false,
    maxResolutionInMP: MAX_MEGAPIXELS,
  });
  return { data, width, height };
}

async function decodePng(bytes: Uint8Array): Promise<RgbImage> {
  const { decode, convertIndexedToRgb } = await import('fast-png');
  checkPngSize(bytes, MAX_MEGAPIXELS * 1e6);
  const image = decode(bytes, { checkCrc: true });
  const { width, height } = image;
  if (image.palette) {
    const rgb = convertIndexedToRgb(image);
    return { data: dropAlpha(rgb, rgb.length / (width * height)), width, height };
  }
  const bytesOfImage = image.depth === 16 ? Uint8Array.from(image.data, (value) => value >> 8) : image.data;
  const scale = image.depth < 8 ? 255 / (2 ** image.depth - 1) : 1;
  const data = dropAlpha(
    Uint8Array.from(bytesOfImage, (value) => value * scale),
    image.channels,
  );
  return { data, width, height };
}

/** One, two, three or four channels to three; alpha multiplies, which is what black behind the picture comes to. */
function dropAlpha(data: Uint8Array, channels: number): Uint8Array {
  if (channels === 3) return data;
  const pixels = data.length / channels;
  const rgb = new Uint8Array(pixels * 3);
  const grey = channels < 3;
  for (let pixel = 0; pixel < pixels; pixel++) {
    const from = pixel * channels;
    const alpha = channels % 2 === 0 ? data[from + channels - 1] / 255 : 1;
    for (let channel = 0; channel < 3; channel++) {
      rgb[pixel * 3 + channel] = Math.round(data[from + (grey ? 0 : channel)] * alpha);
    }
  }
  return rgb;
}
