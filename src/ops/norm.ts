import { ValueError } from '../base/errors.js';
import type { Axes } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { awayFromZero } from './away-from-zero.js';
import { sum } from './broadcast.js';
import { pow } from './power.js';
import { max, min } from './reductions.js';
import { abs, sqrt, square } from './unary.js';

/**
 * A norm over axes: of all values when none is named.
 * @param ord `'euclidean'` (the default), 1, 2, Infinity, -Infinity, `'fro'`, or another number p: (Σ |x|ᵖ)^(1/p); over
 * two axes 1 and Infinity are the matrix norms, the largest column and row sum. The gradient is 0 where the norm is, as
 * in PyTorch.
 * @throws ValueError
 * @example norm([3, 4]) // 5
 */
export function norm(
  x: TensorLike,
  ord?: number | 'euclidean' | 'fro' | null,
  axis?: Axes,
  keepDims?: boolean | null,
): Tensor {
  return tidy(() => {
    const value = toTensor('norm', 'x', x);
    const order = ord ?? 'euclidean';
    if (order === 'euclidean' || order === 'fro') return euclideanNorm(value, axis, keepDims);
    if (typeof order !== 'number' || Number.isNaN(order)) {
      throw new ValueError(`norm: ord is ${show(order)}, expected a number, 'euclidean' or 'fro'`);
    }
    if (Array.isArray(axis) && axis.length === 2) return matrixNorm(value, order, axis[0], axis[1], !!keepDims);
    if (order === Number.POSITIVE_INFINITY) return max(abs(value), axis, keepDims);
    if (order === Number.NEGATIVE_INFINITY) return min(abs(value), axis, keepDims);
    if (order === 1) return sum(abs(value), axis, keepDims);
    if (order === 2) return euclideanNorm(value, axis, keepDims);
    if (order <= 0) return pow(sum(pow(abs(value), order), axis, keepDims), 1 / order);
    const powers = (x: Tensor) => pow(x, order);
    return awayFromZero(sum(awayFromZero(abs(value), powers), axis, keepDims), (sums) => pow(sums, 1 / order));
  });
}

function matrixNorm(x: Tensor, ord: number, rows: number, columns: number, keepDims: boolean): Tensor {
  const summed = ord === 1 ? rows : columns;
  const compared = ord === 1 ? columns : rows;
  if (ord !== 1 && ord !== Number.POSITIVE_INFINITY) {
    throw new ValueError(`norm: ord is ${ord} over two axes, expected 1, Infinity, 'euclidean' or 'fro'`);
  }
  const largest = max(sum(abs(x), summed, true), compared, true);
  return keepDims ? largest : sum(largest, [rows, columns]);
}

/** √Σ x²; the gradient is 0 where the norm is, as in PyTorch. @example euclideanNorm([3, 4]) // 5 */
export const euclideanNorm = (x: TensorLike, axis?: Axes, keepDims?: boolean | null): Tensor =>
  tidy(() => awayFromZero(sum(square(x), axis, keepDims), sqrt));
