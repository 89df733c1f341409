import type { TypedArray } from '../../base/dtype.js';
import { uniform } from '../../base/philox.js';
import type { Kernels } from '../kernels.js';

export const random: Pick<Kernels<TypedArray>, 'randomUniform' | 'dropoutMask'> = {
  randomUniform(out, { key, counter }, low, high) {
    const y = out.buffer;
    const integers = out.dtype === 'int32';
    for (let i = 0; i < y.length; i++) {
      const value = low + (high - low) * uniform(key, counter + i);
      y[i] = integers ? Math.floor(value) : value;
      // Rounding to float32 can reach the upper bound.
      if (y[i] >= high) y[i] = low;
    }
  },

  dropoutMask(out, { key, counter }, rate) {
    const y = out.buffer;
    const kept = 1 / (1 - rate);
    for (let i = 0; i < y.length; i++) y[i] = uniform(key, counter + i) < rate ? 0 : kept;
  },
};
