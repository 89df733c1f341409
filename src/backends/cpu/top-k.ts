import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';

/** NaN counts as the largest value, so that it is visible. */
const beats = (a: number, b: number): boolean => a > b || (Number.isNaN(a) && !Number.isNaN(b));

export const topK: Pick<Kernels<TypedArray>, 'topKIndices'> = {
  topKIndices(x, out, k) {
    const length = x.shape[x.shape.length - 1];
    const best = new Int32Array(k);
    for (let row = 0; row * length < x.size; row++) {
      const values = x.buffer.subarray(row * length, (row + 1) * length);
      // Each value moves up past those it beats; equals stay behind, in rising order of index.
      for (let i = 0; i < length; i++) {
        let place = Math.min(i, k);
        while (place > 0 && beats(values[i], values[best[place - 1]])) place--;
        best.copyWithin(place + 1, place, k - 1);
        if (place < k) best[place] = i;
      }
      out.buffer.set(best, row * k);
    }
  },
};
