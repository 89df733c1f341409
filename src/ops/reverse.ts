import { type Axes, normalizeAxes } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';

const reverseOp: Op<{ x: Tensor }, { axes: readonly number[] }> = {
  name: 'reverse',
  infer: ({ x }) => ({ shape: x.shape, dtype: x.dtype }),
  forward: (kernels, { x }, out, { axes }) => kernels.reverse(x, out, axes),
  gradient: (dy, { options: { axes } }) => ({ x: () => reverse(dy, axes) }),
};

/** Turns axes around (all when left out). @throws ValueError @example reverse(images, 2) // left to right */
export function reverse(x: TensorLike, axis?: Axes): Tensor {
  return withTensor('reverse', 'x', x, (x) =>
    runOp(reverseOp, { x }, { axes: normalizeAxes('reverse', axis, x.rank) }),
  );
}
