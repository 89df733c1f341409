import { assertFloat } from '../base/dtype.js';
import { normalizeAxis } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul, sub } from './arithmetic.js';
import { sum } from './broadcast.js';
import { type GradientsOf, type Op, type Recorded, runOp } from './op.js';
import { transpose } from './transpose.js';
import { exp } from './unary.js';

type One = { x: Tensor };

function lastAxisOp(
  name: 'softmax' | 'logSoftmax',
  gradient: (dy: Tensor, recorded: Recorded<One, null>) => GradientsOf<One>,
): Op<One, null> {
  return {
    name,
    infer: ({ x }) => {
      assertFloat(name, 'x', x.dtype);
      return { shape: x.shape, dtype: x.dtype };
    },
    forward: (kernels, { x }, out) => kernels[name](x, out),
    reads: () => ({ x: ['output'] }),
    gradient,
  };
}

const softmaxOp = lastAxisOp('softmax', (dy, { output: y }) => ({
  x: () => {
    const weighted = mul(dy, y);
    return sub(weighted, mul(y, sum(weighted, -1, true)));
  },
}));

const logSoftmaxOp = lastAxisOp('logSoftmax', (dy, { output: y }) => ({
  x: () => sub(dy, mul(exp(y), sum(dy, -1, true))),
}));

function alongAxis(op: Op<One, null>, x: TensorLike, axis: number): Tensor {
  return withTensor(op.name, 'x', x, (x) => {
    const place = normalizeAxis(op.name, axis, x.rank);
    const last = x.rank - 1;
    if (place === last) return runOp(op, { x }, null);
    // Swapping two axes undoes itself.
    const swap = x.shape.map((_, i) => (i === place ? last : i === last ? place : i));
    return tidy(() => transpose(runOp(op, { x: transpose(x, swap) }, null), swap));
  });
}

/**
 * eˣ / Σ eˣ along an axis, without overflow. @param axis default the last @throws ValueError @throws DTypeError
 * @example softmax([1, 1]) // [0.5, 0.5]
 */
export const softmax = (x: TensorLike, axis?: number | null): Tensor => alongAxis(softmaxOp, x, axis ?? -1);

/**
 * x − ln Σ eˣ along an axis, without overflow. @param axis default the last @throws ValueError @throws DTypeError
 * @example logSoftmax([1, 1]) // [-0.6931, -0.6931]
 */
export const logSoftmax = (x: TensorLike, axis?: number | null): Tensor => alongAxis(logSoftmaxOp, x, axis ?? -1);
