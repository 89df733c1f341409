import type { PngContent } from './chunks.js';

/** Write a row as RGB, `step` bytes from one pixel to the next. */
export function writePixels(
  row: Uint8Array,
  { depth, channels, palette }: PngContent,
  rgb: Uint8Array,
  start: number,
  step: number,
  count: number,
): void {
  // Samples of 16 bits have the high byte first; only this byte is kept.
  const sampleBytes = depth === 16 ? 2 : 1;
  const pixelBytes = channels * sampleBytes;
  const greyScale = depth < 8 && !palette ? 255 / (2 ** depth - 1) : 1;
  for (let x = 0, to = start; x < count; x++, to += step) {
    if (channels > 2) {
      const from = 1 + x * pixelBytes;
      rgb[to] = row[from];
      rgb[to + 1] = row[from + sampleBytes];
      rgb[to + 2] = row[from + 2 * sampleBytes];
      continue;
    }
    const sample = depth < 8 ? bitsAt(row, x, depth) : row[1 + x * pixelBytes];
    if (!palette) {
      rgb[to] = rgb[to + 1] = rgb[to + 2] = sample * greyScale;
      continue;
    }
    const from = 3 * sample;
    if (from >= palette.length) throw new Error(`a pixel has colour ${sample} of a palette of ${palette.length / 3}`);
    rgb[to] = palette[from];
    rgb[to + 1] = palette[from + 1];
    rgb[to + 2] = palette[from + 2];
  }
}

/** Read a sample of less than a byte. */
function bitsAt(row: Uint8Array, x: number, depth: number): number {
  const bit = x * depth;
  return (row[1 + (bit >> 3)] >> (8 - depth - (bit & 7))) & (2 ** depth - 1);
}
