import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, mul } from './arithmetic.js';
import { cast } from './cast.js';
import { range } from './creation.js';
import { gather } from './gather.js';
import { type Op, runOp } from './op.js';
import { reshape } from './reshape.js';

const topKIndicesOp: Op<{ x: Tensor }, { k: number }> = {
  name: 'topKIndices',
  infer: ({ x }, { k }) => ({ shape: [...x.shape.slice(0, -1), k], dtype: 'int32' }),
  forward: (kernels, { x }, out, { k }) => kernels.topKIndices(x, out, k),
  gradient: () => ({ x: null }),
};

/**
 * The k largest values along the last axis, largest first; equal values by rising index.
 * @param k default 1
 * @param sorted false allows any order; the order is the same
 * @returns values (differentiable) and int32 indices, both [..., k]
 * @throws ValueError when x is a scalar or k is not in [1, last dimension]
 * @example const { values, indices } = topk(scores, 5)
 */
export function topk(x: TensorLike, k?: number | null, sorted?: boolean | null): { values: Tensor; indices: Tensor } {
  const count = k ?? 1;
  if (sorted !== undefined && sorted !== null && typeof sorted !== 'boolean') {
    throw new ValueError(`topk: sorted is ${show(sorted)}, expected true or false`);
  }
  return tidy(() => {
    const value = toTensor('topk', 'x', x);
    const length = value.shape.at(-1) ?? 0;
    if (!Number.isInteger(count) || count < 1 || count > length) {
      throw new ValueError(`topk: k is ${show(count)}, expected an integer in [1, ${length}] for x [${value.shape}]`);
    }
    const indices = runOp(topKIndicesOp, { x: value }, { k: count });
    const rows = value.size / length;
    // Flat places: row start + index within the row.
    const starts = reshape(mul(range(0, rows, 1, 'int32'), cast(length, 'int32')), [rows, 1]);
    const places = cast(add(reshape(indices, [rows, count]), starts), 'int32');
    const values = reshape(gather(reshape(value, [value.size]), places), indices.shape);
    return { values, indices };
  });
}
