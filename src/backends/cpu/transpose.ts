import type { TypedArray } from '../../base/dtype.js';
import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import { copyStrided } from './strided.js';

export const transpose: Pick<Kernels<TypedArray>, 'transpose'> = {
  transpose(x, out, permutation) {
    const strides = stridesOf(x.shape);
    copyStrided(
      out.shape,
      { values: x.buffer, offset: 0, strides: permutation.map((axis) => strides[axis]) },
      { values: out.buffer, offset: 0, strides: stridesOf(out.shape) },
    );
  },
};
