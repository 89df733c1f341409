import { assertDType, type DType, isFloat } from '../base/dtype.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { clone } from './reshape.js';

const castOp: Op<{ x: Tensor }, { dtype: DType }> = {
  name: 'cast',
  infer: ({ x }, { dtype }) => ({ shape: x.shape, dtype }),
  forward: (kernels, { x }, out) => kernels.cast(x, out),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: isFloat(x.dtype) && isFloat(options.dtype) ? () => cast(dy, x.dtype) : null,
  }),
};

/**
 * Changes the dtype: towards int32 truncates towards zero, towards bool asks whether the value is not 0.
 * Gradients flow between floats alone.
 * @param x any shape; one that has the dtype already gives another tensor over its buffer
 * @throws DTypeError when the dtype is unknown, or the backend lacks it
 * @example cast(labels, 'float32')
 */
export function cast(x: TensorLike, dtype: DType): Tensor {
  assertDType(dtype, 'cast');
  return withTensor('cast', 'x', x, (x) => (x.dtype === dtype ? clone(x) : runOp(castOp, { x }, { dtype })));
}
