import { anyOf, boolean, integer, number, oneOf, string } from '../../../base/options.js';
import { div, maximum, minimum } from '../../../ops/arithmetic.js';
import { awayFromZero } from '../../../ops/away-from-zero.js';
import { sum } from '../../../ops/broadcast.js';
import { cumsum } from '../../../ops/cumulative.js';
import { einsum } from '../../../ops/einsum.js';
import { matMul } from '../../../ops/matmul.js';
import { norm } from '../../../ops/norm.js';
import * as reductions from '../../../ops/reductions.js';
import { expandDims, flatten, reshape } from '../../../ops/reshape.js';
import { sqrt } from '../../../ops/unary.js';
import type { Tensor } from '../../../tensor/tensor.js';
import { AXES, type Operation, operationWith, REDUCED, unaryWith } from './definition.js';

/* Operations that combine values: along axes, and products of matrices. */

type Reduction = (x: Tensor, axis?: number | number[], keepDims?: boolean) => Tensor;

const reduced = (f: Reduction): Operation => unaryWith(REDUCED, (x, { axis, keepdims }) => f(x, axis, keepdims));

/** The largest or smallest value, compared with a number where one is given. */
const extreme = (f: Reduction, compare: (x: Tensor, initial: number) => Tensor): Operation =>
  unaryWith({ ...REDUCED, initial: number().optional() }, (x, { axis, keepdims, initial }) => {
    const found = f(x, axis, keepdims);
    return initial === undefined ? found : compare(found, initial);
  });

/** The position of a value along an axis; without one, in the flat tensor. */
const position = (f: (x: Tensor, axis: number) => Tensor): Operation =>
  unaryWith({ axis: integer().optional(), keepdims: boolean().default(false) }, (x, { axis, keepdims }) => {
    if (axis !== undefined) return keepdims ? expandDims(f(x, axis), axis) : f(x, axis);
    const index = f(flatten(x), 0);
    return keepdims ? reshape(index, new Array<number>(x.rank).fill(1)) : index;
  });

/** Orders of a norm: NumPy's names of the Frobenius norm and of numbers. */
const order = anyOf(number(), oneOf(['fro', 'euclidean'])).optional();

/** Divide by the norm along axes, which counts as `epsilon` at least. */
const normalized = (x: Tensor, axis: number | number[], ord: number, epsilon: number): Tensor =>
  div(x, maximum(norm(x, ord, axis, true), epsilon));

export const REDUCTIONS = {
  All: reduced(reductions.all),
  Any: reduced(reductions.any),
  Argmax: position(reductions.argMax),
  Argmin: position(reductions.argMin),
  Cumsum: unaryWith({ axis: integer().optional() }, (x, { axis }) =>
    axis === undefined ? cumsum(flatten(x), 0) : cumsum(x, axis),
  ),
  Logsumexp: reduced(reductions.logSumExp),
  Max: extreme(reductions.max, maximum),
  Mean: reduced(reductions.mean),
  Min: extreme(reductions.min, minimum),
  Norm: unaryWith({ ...REDUCED, ord: order }, (x, { axis, keepdims, ord }) => norm(x, ord, axis, keepdims)),
  Normalize: unaryWith(
    { axis: AXES, order: number().default(2), epsilon: number().default(1e-7) },
    (x, { axis, order, epsilon }) => normalized(x, axis ?? -1, order, epsilon),
  ),
  Prod: reduced(reductions.prod),
  // As torch.std, not as sqrt of the variance, whose gradient is NaN for constants.
  Std: reduced((x, axis, keepDims) => awayFromZero(reductions.variance(x, axis, keepDims), sqrt)),
  Sum: reduced(sum),
  Var: reduced(reductions.variance),

  Einsum: operationWith('list', { subscripts: string() }, (operands, { subscripts }) =>
    einsum(subscripts, ...operands),
  ),
  Matmul: operationWith(['x1', 'x2'], {}, ([a, b]) => matMul(a, b)),
} satisfies Readonly<Record<string, Operation>>;
