import type { TypedArray } from '../../dtype.js';
import type { Kernels } from '../kernels.js';
import { accumulate } from './accumulate.js';
import { eachWindow } from './windows.js';

/*
 * y[pixel, c · multiplier + m] = Σ over cells of x[pixel under the cell, c] · filter[cell, c, m]: a filter cell and an
 * output pixel have the same layout, one row of channels · multiplier numbers.
 */
export const depthwiseConv2d: Pick<
  Kernels<TypedArray>,
  'depthwiseConv2d' | 'depthwiseConv2dInputGradient' | 'depthwiseConv2dFilterGradient'
> = {
  depthwiseConv2d(x, filter, out, geometry) {
    const { channels, multiplier } = geometry;
    const outChannels = channels * multiplier;
    const values = x.buffer;
    const weights = filter.buffer;
    const sums = new Float64Array(outChannels);
    eachWindow(geometry, (output, { count, pixels, cells }) => {
      sums.fill(0);
      for (let w = 0; w < count; w++) {
        const cell = cells[w] * outChannels;
        for (let c = 0, o = 0; c < channels; c++) {
          const value = values[pixels[w] * channels + c];
          for (let m = 0; m < multiplier; m++, o++) sums[o] += value * weights[cell + o];
        }
      }
      out.buffer.set(sums, output * outChannels);
    });
  },

  depthwiseConv2dInputGradient(outputGradient, filter, out, geometry) {
    const { channels, multiplier } = geometry;
    const outChannels = channels * multiplier;
    const dy = outputGradient.buffer;
    const weights = filter.buffer;
    accumulate(out, (dx) => {
      eachWindow(geometry, (output, { count, pixels, cells }) => {
        const pixel = output * outChannels;
        for (let w = 0; w < count; w++) {
          const cell = cells[w] * outChannels;
          for (let c = 0, o = 0; c < channels; c++) {
            let sum = 0;
            for (let m = 0; m < multiplier; m++, o++) sum += dy[pixel + o] * weights[cell + o];
            dx[pixels[w] * channels + c] += sum;
          }
        }
      });
    });
  },

  depthwiseConv2dFilterGradient(x, outputGradient, out, geometry) {
    const { channels, multiplier } = geometry;
    const outChannels = channels * multiplier;
    const values = x.buffer;
    const dy = outputGradient.buffer;
    accumulate(out, (dFilter) => {
      eachWindow(geometry, (output, { count, pixels, cells }) => {
        const pixel = output * outChannels;
        for (let w = 0; w < count; w++) {
          const cell = cells[w] * outChannels;
          for (let c = 0, o = 0; c < channels; c++) {
            const value = values[pixels[w] * channels + c];
            for (let m = 0; m < multiplier; m++, o++) dFilter[cell + o] += value * dy[pixel + o];
          }
        }
      });
    });
  },
};
