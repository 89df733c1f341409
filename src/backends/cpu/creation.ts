import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';

export const creation: Pick<Kernels<TypedArray>, 'fill' | 'oneHot'> = {
  fill(out, value) {
    out.buffer.fill(out.dtype === 'bool' ? Number(value !== 0) : value);
  },

  oneHot(indices, out, on, off) {
    const depth = out.shape[out.shape.length - 1];
    out.buffer.fill(off);
    for (let row = 0; row < indices.size; row++) {
      const hot = indices.buffer[row];
      if (hot >= 0 && hot < depth) out.buffer[row * depth + hot] = on;
    }
  },
};
