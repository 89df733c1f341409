import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';

export const cumulative: Pick<Kernels<TypedArray>, 'cumulate'> = {
  cumulate(fn, x, out, { outer, size, inner }, exclusive, reverse) {
    const multiply = out.dtype === 'int32' ? Math.imul : (a: number, b: number) => a * b;
    for (let o = 0; o < outer; o++) {
      for (let i = 0; i < inner; i++) {
        let total = fn === 'sum' ? 0 : 1;
        for (let step = 0; step < size; step++) {
          const at = (o * size + (reverse ? size - 1 - step : step)) * inner + i;
          const before = total;
          total = fn === 'sum' ? total + x.buffer[at] : multiply(total, x.buffer[at]);
          out.buffer[at] = exclusive ? before : total;
        }
      }
    }
  },
};
