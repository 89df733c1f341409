import { ValueError } from '../base/errors.js';
import { normalizeAxes } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';

type Permutation = { permutation: readonly number[] };

const transposeOp: Op<{ x: Tensor }, Permutation> = {
  name: 'transpose',
  infer: ({ x }, { permutation }) => ({ shape: permutation.map((axis) => x.shape[axis]), dtype: x.dtype }),
  forward: (kernels, { x }, out, { permutation }) => kernels.transpose(x, out, permutation),
  gradient: (dy, { options: { permutation } }) => ({
    x: () =>
      transpose(
        dy,
        permutation.map((_, axis) => permutation.indexOf(axis)),
      ),
  }),
};

/**
 * Reorders axes: axis i of the result is axis `permutation[i]` of x.
 * @param permutation defaults to all axes reversed
 * @throws ValueError when it does not name every axis once
 * @example transpose(images, [0, 3, 1, 2])
 */
export function transpose(x: TensorLike, permutation?: readonly number[] | null): Tensor {
  return withTensor('transpose', 'x', x, (x) => {
    const order = permutation ?? x.shape.map((_, axis) => x.rank - 1 - axis);
    if (order.length !== x.rank || normalizeAxes('transpose', order, x.rank).length !== x.rank) {
      throw new ValueError(`transpose: permutation is ${show(order)}, expected each of ${x.rank} axes once`);
    }
    return runOp(transposeOp, { x }, { permutation: order.map((axis) => (axis < 0 ? axis + x.rank : axis)) });
  });
}
