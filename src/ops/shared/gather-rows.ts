import { DTypeError } from '../../base/errors.js';
import type { AxisView } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { type Op, runOp } from '../op.js';
import { reshape } from '../reshape.js';

/* Picking and adding along the middle of [outer, size, inner]: what every op with indices is made of. */

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

const flat = (indices: Tensor): Tensor => reshape(indices, [indices.size]);

/**
 * The rows of x at the indices; zeros where an index is out of range.
 * @param view of x: [outer, size, inner]
 * @param indices int32 of any shape
 * @returns [outer, indices.size, inner]
 */
export function gatherRows(x: Tensor, indices: Tensor, view: AxisView): Tensor {
  const { outer, size, inner } = view;
  return runOp(gatherOp, { x: reshape(x, [outer, size, inner]), indices: flat(indices) }, view);
}

/**
 * The rows of x, each added into zeros at its index; those whose index is out of range are left out.
 * @param view of the result: [outer, size, inner]
 * @param indices int32, one a row of x
 */
export function scatterAddRows(x: Tensor, indices: Tensor, view: AxisView): Tensor {
  const { outer, inner } = view;
  return runOp(scatterAddOp, { x: reshape(x, [outer, indices.size, inner]), indices: flat(indices) }, view);
}
