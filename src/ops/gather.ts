import { DTypeError } from '../base/errors.js';
import { type AxisView, axisView, normalizeAxis } from '../base/shape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { reshape } from './reshape.js';

type Inputs = { x: Tensor; indices: Tensor };

const gatherOp: Op<Inputs, AxisView> = {
  name: 'gather',
  infer: ({ x, indices }, { outer, inner }) => {
    if (indices.dtype !== 'int32') throw new DTypeError(`gather: indices are ${indices.dtype}, expected int32`);
    return { shape: [outer, indices.shape[0], inner], dtype: x.dtype };
  },
  forward: (kernels, { x, indices }, out, view) => kernels.gather(x, indices, out, view),
  reads: () => ({ x: ['indices'] }),
  gradient: (dy, { inputs: { indices }, options }) => ({
    x: () => runOp(scatterAddOp, { x: dy, indices }, options),
    indices: null,
  }),
};

/** Rows added into zeros at the indices: the adjoint of gather. */
const scatterAddOp: Op<Inputs, AxisView> = {
  name: 'scatterAdd',
  infer: ({ x }, { outer, size, inner }) => ({ shape: [outer, size, inner], dtype: x.dtype }),
  forward: (kernels, { x, indices }, out, view) => kernels.scatterAdd(x, indices, out, view),
  reads: () => ({ x: ['indices'] }),
  gradient: (dy, { inputs: { indices }, options }) => ({
    x: () => runOp(gatherOp, { x: dy, indices }, options),
    indices: null,
  }),
};

/**
 * Picks slices of x along an axis; an index out of range gives zeros.
 * @param indices int32 of any shape; it takes the axis's place in the result
 * @param axis default 0
 * @throws DTypeError when indices is a tensor of another dtype
 * @example gather(weights, [2, 0])
 */
export function gather(x: TensorLike, indices: TensorLike, axis = 0): Tensor {
  return tidy(() => {
    const value = toTensor('gather', 'x', x);
    const places = toTensor('gather', 'indices', indices, 'int32');
    const at = normalizeAxis('gather', axis, value.rank);
    const view = axisView(value.shape, at);
    const picked = runOp(
      gatherOp,
      { x: reshape(value, [view.outer, view.size, view.inner]), indices: reshape(places, [places.size]) },
      view,
    );
    return reshape(picked, [...value.shape.slice(0, at), ...places.shape, ...value.shape.slice(at + 1)]);
  });
}
