import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';
import { accumulate } from './accumulate.js';

export const gather: Pick<Kernels<TypedArray>, 'gather' | 'scatterAdd'> = {
  gather(x, indices, out, { outer, size, inner }) {
    for (let o = 0; o < outer; o++) {
      for (let n = 0; n < indices.size; n++) {
        const index = indices.buffer[n];
        const to = (o * indices.size + n) * inner;
        const from = (o * size + index) * inner;
        if (index < 0 || index >= size) out.buffer.fill(0, to, to + inner);
        else for (let i = 0; i < inner; i++) out.buffer[to + i] = x.buffer[from + i];
      }
    }
  },

  scatterAdd(x, indices, out, { outer, size, inner }) {
    accumulate(out, (sums) => {
      for (let o = 0; o < outer; o++) {
        for (let n = 0; n < indices.size; n++) {
          const index = indices.buffer[n];
          if (index < 0 || index >= size) continue;
          const from = (o * indices.size + n) * inner;
          const to = (o * size + index) * inner;
          for (let i = 0; i < inner; i++) sums[to + i] += x.buffer[from + i];
        }
      }
    });
  },
};
