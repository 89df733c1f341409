import { BitReader } from './bit-reader.js';
import type { Component, Frame } from './frame.js';
import type { HuffmanTable } from './huffman.js';
import { inverseDct } from './inverse-dct.js';

/** Place in a block, row by row, of each coefficient in the order of the file. */
// biome-ignore format: the formatter puts one number on each line
export const ZIGZAG = Uint8Array.of(
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5,
  12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7, 14, 21, 28,
  35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51,
  58, 59, 52, 45, 38, 31, 39, 46, 53, 60, 61, 54, 47, 55, 62, 63,
);

export interface ScanPlane {
  readonly component: Component;
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  /** The mean of the previous block. */
  predicted: number;
}

/** The bits of each coefficient in a scan: all of them in a sequential image, some in a progressive one. */
export interface ScanRange {
  /** First and last coefficient. */
  readonly first: number;
  readonly last: number;
  /** The lowest bit of the previous scan, 0 in a first scan, and the lowest bit of this scan. */
  readonly before: number;
  readonly bit: number;
}

/** Decodes the blocks of one scan. */
export class ScanDecoder {
  private readonly bits: BitReader;
  /** Number of following blocks without further coefficients in this scan. */
  private emptyBlocks = 0;
  private readonly block = new Int16Array(64);

  constructor(
    bytes: Uint8Array,
    at: number,
    private readonly frame: Frame,
    private readonly planes: readonly ScanPlane[],
    private readonly range: ScanRange,
    private readonly restartInterval: number,
  ) {
    this.bits = new BitReader(bytes, at);
  }

  /**
   * Decode all blocks.
   * @returns the position of the next marker
   * @throws Error when the data are damaged or incomplete
   */
  decode(): number {
    const { frame, planes } = this;
    const alone = planes.length === 1 ? planes[0] : null;
    // A scan of a single plane has no padding blocks.
    const across = alone ? alone.component.columns : frame.unitsAcross;
    const down = alone ? alone.component.rows : frame.unitsDown;
    for (let y = 0, left = this.restartInterval; y < down; y++) {
      for (let x = 0; x < across; x++) {
        if (this.restartInterval > 0 && left-- === 0) {
          this.restart();
          left = this.restartInterval - 1;
        }
        if (alone) this.decodeBlock(alone, y, x);
        else this.decodeUnit(y, x);
      }
      this.bits.assertNotPassed();
    }
    this.bits.nextMarker();
    return this.bits.at;
  }

  private restart(): void {
    this.bits.assertNotPassed();
    const marker = this.bits.nextMarker();
    if (marker < 0xd0 || marker > 0xd7)
      throw new Error(`marker ${marker.toString(16)} at byte ${this.bits.at}, expected a restart`);
    this.bits.at += 2;
    this.emptyBlocks = 0;
    for (const plane of this.planes) plane.predicted = 0;
  }

  private decodeUnit(unitY: number, unitX: number): void {
    for (const plane of this.planes) {
      const { across, down } = plane.component;
      for (let y = 0; y < down; y++) {
        for (let x = 0; x < across; x++) this.decodeBlock(plane, unitY * down + y, unitX * across + x);
      }
    }
  }

  private decodeBlock(plane: ScanPlane, row: number, column: number): void {
    const { coefficients, quantization, samples, stride } = plane.component;
    if (coefficients) {
      this.decodePart(plane, coefficients, row * stride * 8 + column * 64);
      return;
    }
    this.block.fill(0);
    this.decodeDc(plane, this.block, 0);
    this.decodeAc(plane, this.block, 0);
    inverseDct(this.block, 0, quantization!, samples, (row * stride + column) * 8, stride);
  }

  private decodePart(plane: ScanPlane, block: Int16Array, at: number): void {
    const { first, before, bit } = this.range;
    if (first > 0) before === 0 ? this.decodeAc(plane, block, at) : this.refineAc(plane, block, at);
    else if (before === 0) this.decodeDc(plane, block, at);
    else if (this.bits.read(1)) block[at] |= 1 << bit;
  }

  private decodeDc(plane: ScanPlane, block: Int16Array, at: number): void {
    const length = plane.dc!.read(this.bits);
    if (length > 15) throw new Error(`a mean of ${length} bits, expected at most 15`);
    plane.predicted += this.bits.readSigned(length);
    block[at] = plane.predicted << this.range.bit;
  }

  private decodeAc(plane: ScanPlane, block: Int16Array, at: number): void {
    if (this.emptyBlocks > 0) {
      this.emptyBlocks--;
      return;
    }
    const { last, bit } = this.range;
    const { bits } = this;
    for (let k = Math.max(this.range.first, 1); k <= last; k++) {
      const code = plane.ac!.read(bits);
      const length = code & 15;
      const zeros = code >> 4;
      if (length === 0 && zeros < 15) {
        if (this.frame.isProgressive) this.emptyBlocks = this.emptyRun(zeros) - 1;
        return;
      }
      k += zeros;
      if (length === 0) continue;
      if (k > last) throw new Error(`coefficient ${k} of a block, expected at most ${last}`);
      block[at + ZIGZAG[k]] = bits.readSigned(length) << bit;
    }
  }

  /** Return the number of blocks that end here, this one included. */
  private emptyRun(power: number): number {
    return (1 << power) + this.bits.read(power);
  }

  /** Read one more bit of the nonzero coefficients, and new coefficients among the zeros. */
  private refineAc(plane: ScanPlane, block: Int16Array, at: number): void {
    const { first, last, bit } = this.range;
    let k = first;
    while (k <= last && this.emptyBlocks === 0) {
      const code = plane.ac!.read(this.bits);
      const length = code & 15;
      let zeros = code >> 4;
      if (length === 0 && zeros < 15) {
        this.emptyBlocks = this.emptyRun(zeros);
        break;
      }
      if (length > 1) throw new Error(`a refined coefficient has ${length} bits, expected 1`);
      const value = length === 0 ? 0 : this.bits.read(1) ? 1 << bit : -1 << bit;
      for (; k <= last; k++) {
        const place = at + ZIGZAG[k];
        if (block[place] !== 0) this.refine(block, place);
        else if (zeros-- === 0) {
          block[place] = value;
          break;
        }
      }
      k++;
    }
    if (this.emptyBlocks === 0) return;
    for (; k <= last; k++) if (block[at + ZIGZAG[k]] !== 0) this.refine(block, at + ZIGZAG[k]);
    this.emptyBlocks--;
  }

  private refine(block: Int16Array, place: number): void {
    const step = 1 << this.range.bit;
    const value = block[place];
    if (this.bits.read(1) && (Math.abs(value) & step) === 0) block[place] = value + (value < 0 ? -step : step);
  }
}
