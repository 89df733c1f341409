import type { TypedArray } from '../../base/dtype.js';
import { stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import { copyStrided } from './strided.js';

export const reverse: Pick<Kernels<TypedArray>, 'reverse'> = {
  /** Reads turned axes from their last element on, backwards. */
  reverse(x, out, axes) {
    const strides = stridesOf(x.shape);
    copyStrided(
      x.shape,
      {
        values: x.buffer,
        offset: axes.reduce((offset, axis) => offset + (x.shape[axis] - 1) * strides[axis], 0),
        strides: strides.map((stride, axis) => (axes.includes(axis) ? -stride : stride)),
      },
      { values: out.buffer, offset: 0, strides },
    );
  },
};
