import type { Frame } from './frame.js';
import { PlaneRows } from './upsample.js';

/** Meaning of the planes of an image. */
export type ColourModel = 'grey' | 'rgb' | 'ycc' | 'cmyk' | 'ycck';

/** Fractional bits of the constants of ITU-R BT.601, which libjpeg rounds to five digits. */
const BITS = 16;
const HALF = 1 << (BITS - 1);
const fixed = (value: number): number => Math.round(value * 2 ** BITS);
const [RED, GREEN_BLUE, GREEN_RED, BLUE] = [fixed(1.402), fixed(0.34414), fixed(0.71414), fixed(1.772)];

const clamp = (value: number): number => (value < 0 ? 0 : value > 255 ? 255 : value);

/**
 * Convert the image to RGB, with the rounding of libjpeg. CMYK is inverted, as Adobe writes it, and multiplied
 * by 1 − black, as in `convert('RGB')` of Pillow.
 */
export function toRgb(frame: Frame, model: ColourModel): Uint8Array {
  const { width, height, components } = frame;
  const planes = components.map((component) => new PlaneRows(component, frame));
  const rgb = new Uint8Array(width * height * 3);
  for (let y = 0; y < height; y++) {
    const rows = planes.map((plane) => plane.at(y));
    const row = rgb.subarray(3 * y * width, 3 * (y + 1) * width);
    if (model === 'grey') repeat(rows[0], row);
    else if (model === 'rgb' || model === 'cmyk') interleave(rows, row);
    else fromLuma(rows, row);
    if (model === 'cmyk') multiply(row, rows[3], 0);
    if (model === 'ycck') multiply(row, rows[3], 255);
  }
  return rgb;
}

function repeat(grey: Uint8Array, rgb: Uint8Array): void {
  for (let x = 0, to = 0; to < rgb.length; x++, to += 3) rgb[to] = rgb[to + 1] = rgb[to + 2] = grey[x];
}

function interleave([red, green, blue]: readonly Uint8Array[], rgb: Uint8Array): void {
  for (let x = 0, to = 0; to < rgb.length; x++, to += 3) {
    rgb[to] = red[x];
    rgb[to + 1] = green[x];
    rgb[to + 2] = blue[x];
  }
}

/** Convert from YCbCr. */
function fromLuma([luma, blues, reds]: readonly Uint8Array[], rgb: Uint8Array): void {
  for (let x = 0, to = 0; to < rgb.length; x++, to += 3) {
    const y = luma[x];
    const [cb, cr] = [blues[x] - 128, reds[x] - 128];
    rgb[to] = clamp(y + ((RED * cr + HALF) >> BITS));
    rgb[to + 1] = clamp(y + ((HALF - GREEN_BLUE * cb - GREEN_RED * cr) >> BITS));
    rgb[to + 2] = clamp(y + ((BLUE * cb + HALF) >> BITS));
  }
}

/** Apply black. @param inversion 255 for YCCK, whose colours are not inverted after the conversion from YCbCr */
function multiply(rgb: Uint8Array, black: Uint8Array, inversion: number): void {
  for (let i = 0; i < rgb.length; i++) {
    const product = (rgb[i] ^ inversion) * black[Math.floor(i / 3)] + 128;
    rgb[i] = (product + (product >> 8)) >> 8;
  }
}
