import type { TypedArray } from '../../base/dtype.js';
import { axisView } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';

export const concat: Pick<Kernels<TypedArray>, 'concat'> = {
  concat(parts, out, axis) {
    const { outer, size, inner } = axisView(out.shape, axis);
    let before = 0;
    for (const part of parts) {
      const run = part.shape[axis] * inner;
      for (let o = 0; o < outer; o++) {
        out.buffer.set(part.buffer.subarray(o * run, (o + 1) * run), o * size * inner + before);
      }
      before += run;
    }
  },
};
