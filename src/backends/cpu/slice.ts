import type { TypedArray } from '../../base/dtype.js';
import { type Shape, stridesOf } from '../../base/shape.js';
import type { Kernels } from '../kernels.js';
import { copyStrided, type Strided } from './strided.js';

/** Return the layout of a slice in an array of `shape`. */
function windowOf(values: TypedArray, shape: Shape, begin: readonly number[], steps: readonly number[]): Strided {
  const strides = stridesOf(shape);
  return {
    values,
    offset: begin.reduce((offset, index, axis) => offset + index * strides[axis], 0),
    strides: strides.map((stride, axis) => stride * steps[axis]),
  };
}

export const slice: Pick<Kernels<TypedArray>, 'slice' | 'sliceGradient'> = {
  slice(x, out, begin, strides) {
    const whole = { values: out.buffer, offset: 0, strides: stridesOf(out.shape) };
    copyStrided(out.shape, windowOf(x.buffer, x.shape, begin, strides), whole);
  },

  sliceGradient(x, out, begin, strides) {
    out.buffer.fill(0);
    const whole = { values: x.buffer, offset: 0, strides: stridesOf(x.shape) };
    copyStrided(x.shape, whole, windowOf(out.buffer, out.shape, begin, strides));
  },
};
