import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import { accumulate } from './accumulate.js';
import { eachWindow } from './windows.js';

export const avgPool: Pick<Kernels<TypedArray>, 'avgPool' | 'avgPoolGradient'> = {
  /** A window on padding alone has nothing to average and gives 0. */
  avgPool(x, out, geometry) {
    const { channels } = geometry;
    const values = x.buffer;
    const sums = new Float64Array(channels);
    eachWindow(geometry, (output, { count, pixels }) => {
      sums.fill(0);
      for (let w = 0; w < count; w++) {
        const pixel = pixels[w] * channels;
        for (let c = 0; c < channels; c++) sums[c] += values[pixel + c];
      }
      for (let c = 0; c < channels; c++) out.buffer[output * channels + c] = count ? sums[c] / count : 0;
    });
  },

  avgPoolGradient(outputGradient, out, geometry) {
    const { channels } = geometry;
    const dy = outputGradient.buffer;
    accumulate(out, (dx) => {
      eachWindow(geometry, (output, { count, pixels }) => {
        for (let w = 0; w < count; w++) {
          const pixel = pixels[w] * channels;
          for (let c = 0; c < channels; c++) dx[pixel + c] += dy[output * channels + c] / count;
        }
      });
    });
  },
};
