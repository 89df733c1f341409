import type { RgbImage } from '../rgb-image.js';
import { type PngContent, readPngChunks } from './chunks.js';
import { writePixels } from './row-pixels.js';
import { unfilter } from './unfilter.js';

/** Compressed bytes that are unpacked at a time, into at most 4 MiB. */
const PIECE_BYTES = 2 ** 12;
/** Deflate yields at most 258 bytes for 2 bits. */
const MAX_DEFLATE_RATIO = 1032;

/** First pixel and step of a pass, across and down. Images that are not interlaced have one pass. */
type Pass = readonly [left: number, top: number, across: number, down: number];
const WHOLE: readonly Pass[] = [[0, 0, 1, 1]];
const ADAM7: readonly Pass[] = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
];

/**
 * Decode any PNG to RGB. Alpha and transparent colours are dropped and 16 bits become 8, as in `convert('RGB')` of
 * Pillow; grey too, which Pillow clips. Memory: the file, 3 bytes per pixel for the result, two rows, and 32 MiB.
 * @throws Error saying what is wrong with the file
 */
export async function decodePng(bytes: Uint8Array): Promise<RgbImage> {
  const content = readPngChunks(bytes);
  const { Unzlib } = await import('fflate');
  const rows = new PngRows(content);
  const inflator = new Unzlib((piece) => rows.push(piece));
  for (const chunk of content.pixels) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) inflator.push(chunk.subarray(at, at + PIECE_BYTES));
  }
  inflator.push(new Uint8Array(0), true);
  return { data: rows.finished, width: content.width, height: content.height };
}

/** Receives the unpacked bytes of an image in pieces, and converts each complete row to pixels. */
class PngRows {
  private readonly rgb: Uint8Array;
  private readonly passes: readonly Pass[];
  private pass = 0;
  private y = 0;
  /** The part of the current row that has arrived: the number of its filter, then its bytes. */
  private row = new Uint8Array(0);
  private filled = 0;
  private above = new Uint8Array(0);

  constructor(private readonly content: PngContent) {
    const { width, height, interlaced, pixels } = content;
    this.passes = (interlaced ? ADAM7 : WHOLE).filter(([left, top]) => left < width && top < height);
    const packed = pixels.reduce((sum, { length }) => sum + length, 0);
    const claimed = this.passes.reduce((sum, pass) => sum + this.rowsOf(pass) * (1 + this.rowBytes(pass)), 0);
    if (claimed > packed * MAX_DEFLATE_RATIO) {
      throw new Error(`${packed} bytes cannot hold the ${width}×${height} pixels that its header claims`);
    }
    this.rgb = new Uint8Array(width * height * 3);
    this.startPass();
  }

  private rowsOf([, top, , down]: Pass): number {
    return Math.ceil((this.content.height - top) / down);
  }

  private columnsOf([left, , across]: Pass): number {
    return Math.ceil((this.content.width - left) / across);
  }

  private rowBytes(pass: Pass): number {
    return Math.ceil((this.columnsOf(pass) * this.content.channels * this.content.depth) / 8);
  }

  private startPass(): void {
    const bytes = 1 + this.rowBytes(this.passes[this.pass]);
    this.row = new Uint8Array(bytes);
    this.above = new Uint8Array(bytes);
    this.y = 0;
  }

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length; ) {
      if (this.pass === this.passes.length) {
        const { width, height } = this.content;
        throw new Error(`its pixels are more than the ${width}×${height} that its header claims`);
      }
      const count = Math.min(bytes.length - at, this.row.length - this.filled);
      this.row.set(bytes.subarray(at, at + count), this.filled);
      this.filled += count;
      at += count;
      if (this.filled === this.row.length) this.finishRow();
    }
  }

  private finishRow(): void {
    const { row, above, content } = this;
    const pass = this.passes[this.pass];
    const [left, top, across, down] = pass;
    unfilter(row, above, Math.max(1, (content.channels * content.depth) >> 3));
    const start = (top + this.y * down) * content.width + left;
    writePixels(row, content, this.rgb, 3 * start, 3 * across, this.columnsOf(pass));
    [this.row, this.above, this.filled] = [above, row, 0];
    if (++this.y === this.rowsOf(pass) && ++this.pass < this.passes.length) this.startPass();
  }

  /** @throws Error when rows are missing */
  get finished(): Uint8Array {
    if (this.pass < this.passes.length) throw new Error('its pixels end before its last row');
    return this.rgb;
  }
}
