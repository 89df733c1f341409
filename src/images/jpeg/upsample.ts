import type { Component, Frame } from './frame.js';

/**
 * Gives the rows of a plane at the size of the image. Planes of half the size are interpolated with the weights and
 * the rounding of libjpeg's "fancy" upsampling, as Pillow and TensorFlow do; other sizes are repeated.
 */
export class PlaneRows {
  private readonly row: Uint8Array;
  private readonly sums: Int32Array;
  private readonly timesAcross: number;
  private readonly timesDown: number;
  private readonly isSmooth: boolean;

  constructor(
    private readonly plane: Component,
    { maxAcross, maxDown }: Frame,
  ) {
    this.timesAcross = maxAcross / plane.across;
    this.timesDown = maxDown / plane.down;
    this.row = new Uint8Array(Math.ceil(plane.width * this.timesAcross));
    this.sums = new Int32Array(plane.width);
    const doublesAcross = this.timesAcross === 2 && plane.width > 2;
    this.isSmooth =
      (doublesAcross && (this.timesDown === 1 || this.timesDown === 2)) ||
      (this.timesAcross === 1 && this.timesDown === 2);
  }

  /** Return row y of the image; the array is reused for the next row. */
  at(y: number): Uint8Array {
    const { plane, timesAcross, timesDown } = this;
    const own = Math.floor(y / timesDown);
    const start = own * plane.stride;
    if (timesAcross === 1 && timesDown === 1) return plane.samples.subarray(start, start + plane.width);
    if (!this.isSmooth) {
      for (let x = 0; x < this.row.length; x++) this.row[x] = plane.samples[start + Math.floor(x / timesAcross)];
      return this.row;
    }
    if (timesDown === 1) {
      for (let x = 0; x < plane.width; x++) this.sums[x] = plane.samples[start + x];
      this.doubleAcross(1, 2, 2);
      return this.row;
    }
    const isUpper = y % 2 === 0;
    const other = Math.min(Math.max(own + (isUpper ? -1 : 1), 0), plane.height - 1) * plane.stride;
    for (let x = 0; x < plane.width; x++) {
      this.sums[x] = 3 * plane.samples[start + x] + plane.samples[other + x];
    }
    if (timesAcross === 1) for (let x = 0; x < plane.width; x++) this.row[x] = (this.sums[x] + (isUpper ? 1 : 2)) >> 2;
    else this.doubleAcross(8, 7, 4);
    return this.row;
  }

  /** Weigh each sum by ¾ and its neighbour by ¼. The two are rounded differently, so that errors do not accumulate. */
  private doubleAcross(leftRounding: number, rightRounding: number, shift: number): void {
    const { sums, row } = this;
    const last = sums.length - 1;
    for (let x = 0; x <= last; x++) {
      const own = sums[x];
      row[2 * x] = (3 * own + (x === 0 ? own : sums[x - 1]) + leftRounding) >> shift;
      row[2 * x + 1] = (3 * own + (x === last ? own : sums[x + 1]) + rightRounding) >> shift;
    }
  }
}
