import type { TypedArray } from '../../dtype.js';
import type { Kernels } from '../kernels.js';
import { accumulate } from './accumulate.js';
import { finishRow } from './epilogue.js';
import { eachWindow } from './windows.js';

/*
 * y[pixel, o] = Σ over cells and c of x[pixel under the cell, c] · filter[cell, c, o]. A filter holds the input channels
 * of one group, [cells, groupIn, outChannels]; output channel o belongs to group ⌊o / groupOut⌋, which reads the
 * input channels from group · groupIn on. The three kernels share the walk and differ in which of the three is summed.
 */
export const conv2d: Pick<Kernels<TypedArray>, 'conv2d' | 'conv2dInputGradient' | 'conv2dFilterGradient'> = {
  conv2d(x, filter, out, geometry, epilogue) {
    const { inChannels, outChannels, groups } = geometry;
    const groupIn = inChannels / groups;
    const groupOut = outChannels / groups;
    const values = x.buffer;
    const weights = filter.buffer;
    const sums = new Float64Array(outChannels);
    eachWindow(geometry, (output, { count, pixels, cells }) => {
      sums.fill(0);
      for (let w = 0; w < count; w++) {
        for (let c = 0; c < inChannels; c++) {
          const value = values[pixels[w] * inChannels + c];
          const group = Math.floor(c / groupIn);
          const row = (cells[w] * groupIn + (c - group * groupIn)) * outChannels;
          const end = (group + 1) * groupOut;
          for (let o = group * groupOut; o < end; o++) sums[o] += value * weights[row + o];
        }
      }
      finishRow(sums, epilogue);
      out.buffer.set(sums, output * outChannels);
    });
  },

  conv2dInputGradient(outputGradient, filter, out, geometry) {
    const { inChannels, outChannels, groups } = geometry;
    const groupIn = inChannels / groups;
    const groupOut = outChannels / groups;
    const dy = outputGradient.buffer;
    const weights = filter.buffer;
    accumulate(out, (dx) => {
      eachWindow(geometry, (output, { count, pixels, cells }) => {
        const pixel = output * outChannels;
        for (let w = 0; w < count; w++) {
          for (let c = 0; c < inChannels; c++) {
            const group = Math.floor(c / groupIn);
            const row = (cells[w] * groupIn + (c - group * groupIn)) * outChannels;
            const end = (group + 1) * groupOut;
            let sum = 0;
            for (let o = group * groupOut; o < end; o++) sum += dy[pixel + o] * weights[row + o];
            dx[pixels[w] * inChannels + c] += sum;
          }
        }
      });
    });
  },

  conv2dFilterGradient(x, outputGradient, out, geometry) {
    const { inChannels, outChannels, groups } = geometry;
    const groupIn = inChannels / groups;
    const groupOut = outChannels / groups;
    const values = x.buffer;
    const dy = outputGradient.buffer;
    accumulate(out, (dFilter) => {
      eachWindow(geometry, (output, { count, pixels, cells }) => {
        const pixel = output * outChannels;
        for (let w = 0; w < count; w++) {
          for (let c = 0; c < inChannels; c++) {
            const value = values[pixels[w] * inChannels + c];
            const group = Math.floor(c / groupIn);
            const row = (cells[w] * groupIn + (c - group * groupIn)) * outChannels;
            const end = (group + 1) * groupOut;
            for (let o = group * groupOut; o < end; o++) dFilter[row + o] += value * dy[pixel + o];
          }
        }
      });
    });
  },
};
