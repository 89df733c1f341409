import type { TypedArray } from '../../base/dtype.js';
import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import { copyStrided } from './strided.js';

export const pad: Pick<Kernels<TypedArray>, 'pad'> = {
  pad(x, out, before, value) {
    const strides = stridesOf(out.shape);
    out.buffer.fill(value);
    copyStrided(
      x.shape,
      { values: x.buffer, offset: 0, strides: stridesOf(x.shape) },
      { values: out.buffer, offset: before.reduce((sum, count, axis) => sum + count * strides[axis], 0), strides },
    );
  },
};
