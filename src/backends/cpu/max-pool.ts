import type { TypedArray } from '../../base/dtype.js';
import type { PoolGeometry } from '../../base/geometry.js';
import type { Kernels } from '../kernels.js';
import { accumulate } from './accumulate.js';
import { eachWindow } from './windows.js';

/**
 * Visits each output with the place of its window's maximum in x: the first of equals, or the first NaN.
 * A window on padding alone has no maximum, and its index is -1.
 */
function eachMaximum(x: TypedArray, geometry: PoolGeometry, visit: (output: number, place: number) => void): void {
  const { channels } = geometry;
  eachWindow(geometry, (output, { count, pixels }) => {
    for (let c = 0; c < channels; c++) {
      let best = count ? pixels[0] * channels + c : -1;
      for (let w = 1; w < count; w++) {
        const place = pixels[w] * channels + c;
        if (x[place] > x[best] || (Number.isNaN(x[place]) && !Number.isNaN(x[best]))) best = place;
      }
      visit(output * channels + c, best);
    }
  });
}

export const maxPool: Pick<Kernels<TypedArray>, 'maxPool' | 'maxPoolGradient' | 'maxPoolGather' | 'maxPoolIndices'> = {
  maxPool(x, out, geometry) {
    eachMaximum(x.buffer, geometry, (output, place) => {
      out.buffer[output] = place < 0 ? -Infinity : x.buffer[place];
    });
  },

  maxPoolGradient(outputGradient, x, out, geometry) {
    accumulate(out, (dx) => {
      eachMaximum(x.buffer, geometry, (output, place) => {
        if (place >= 0) dx[place] += outputGradient.buffer[output];
      });
    });
  },

  maxPoolGather(values, x, out, geometry) {
    eachMaximum(x.buffer, geometry, (output, place) => {
      out.buffer[output] = place < 0 ? 0 : values.buffer[place];
    });
  },

  maxPoolIndices(x, out, geometry) {
    const imageSize = geometry.inHeight * geometry.inWidth * geometry.channels;
    eachMaximum(x.buffer, geometry, (output, place) => {
      out.buffer[output] = place < 0 ? -1 : place % imageSize;
    });
  },
};
