import type { TypedArray } from '../../base/dtype.js';
import type { DepthwiseGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { accumulate } from './accumulate.js';
import { eachWindow } from './windows.js';

/*
 * y[pixel, c · multiplier + m] = Σ over cells of x[pixel under the cell, c] · filter[cell, c, m]: a filter cell and an
 * output pixel have the same layout, a row of channels · multiplier numbers.
 */

/** sums[c, m] += x[c] · row[c, m], each array from its own place on. */
function addProducts(
  sums: Float64Array,
  to: number,
  x: TypedArray,
  pixel: number,
  row: TypedArray,
  from: number,
  { channels, multiplier }: DepthwiseGeometry,
): void {
  for (let c = 0, o = 0; c < channels; c++) {
    for (let m = 0; m < multiplier; m++, o++) sums[to + o] += x[pixel + c] * row[from + o];
  }
}

/** sums[c] += Σ over m of a[c, m] · b[c, m], each array from its own place on. */
function addDots(
  sums: Float64Array,
  to: number,
  a: TypedArray,
  fromA: number,
  b: TypedArray,
  fromB: number,
  { channels, multiplier }: DepthwiseGeometry,
): void {
  for (let c = 0, o = 0; c < channels; c++) {
    for (let m = 0; m < multiplier; m++, o++) sums[to + c] += a[fromA + o] * b[fromB + o];
  }
}

export const depthwiseConv2d: Pick<
  Kernels<TypedArray>,
  'depthwiseConv2d' | 'depthwiseConv2dInputGradient' | 'depthwiseConv2dFilterGradient'
> = {
  depthwiseConv2d(x, filter, out, geometry) {
    const { channels, multiplier } = geometry;
    const row = channels * multiplier;
    const sums = new Float64Array(row);
    eachWindow(geometry, (output, { count, pixels, cells }) => {
      sums.fill(0);
      for (let w = 0; w < count; w++) {
        addProducts(sums, 0, x.buffer, pixels[w] * channels, filter.buffer, cells[w] * row, geometry);
      }
      out.buffer.set(sums, output * row);
    });
  },

  depthwiseConv2dInputGradient(outputGradient, filter, out, geometry) {
    const { channels, multiplier } = geometry;
    const row = channels * multiplier;
    const dy = outputGradient.buffer;
    accumulate(out, (dx) => {
      eachWindow(geometry, (output, { count, pixels, cells }) => {
        for (let w = 0; w < count; w++) {
          addDots(dx, pixels[w] * channels, dy, output * row, filter.buffer, cells[w] * row, geometry);
        }
      });
    });
  },

  depthwiseConv2dFilterGradient(x, outputGradient, out, geometry) {
    const { channels, multiplier } = geometry;
    const row = channels * multiplier;
    const dy = outputGradient.buffer;
    accumulate(out, (dFilter) => {
      eachWindow(geometry, (output, { count, pixels, cells }) => {
        for (let w = 0; w < count; w++) {
          addProducts(dFilter, cells[w] * row, x.buffer, pixels[w] * channels, dy, output * row, geometry);
        }
      });
    });
  },
};
