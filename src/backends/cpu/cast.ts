import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';

export const cast: Pick<Kernels<TypedArray>, 'cast'> = {
  cast(x, out) {
    const from = x.buffer;
    const to = out.buffer;
    if (out.dtype === 'bool') for (let i = 0; i < to.length; i++) to[i] = from[i] !== 0 ? 1 : 0;
    // Storing does the rest: a float array rounds, an integer array truncates towards zero and takes NaN for 0.
    else for (let i = 0; i < to.length; i++) to[i] = from[i];
  },
};
