import { ValueError } from '../base/errors.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { sum } from './broadcast.js';
import { pow } from './power.js';
import { euclideanNorm, max, min } from './reductions.js';
import { abs } from './unary.js';

/**
 * A norm over axes: of all values when none is named.
 * @param ord `'euclidean'` (the default), 1, 2, Infinity, -Infinity, `'fro'`, or another number p: (Σ |x|ᵖ)^(1/p); over two axes
 * 1 and Infinity are the matrix norms, the largest column and row sum
 * @throws ValueError
 * @example norm([3, 4]) // 5
 */
export function norm(
  x: TensorLike,
  ord: number | 'euclidean' | 'fro' = 'euclidean',
  axis?: number | readonly number[],
  keepDims = false,
): Tensor {
  return tidy(() => {
    const value = toTensor('norm', 'x', x);
    if (ord === 'euclidean' || ord === 'fro') return euclideanNorm(value, axis, keepDims);
    if (typeof ord !== 'number' || Number.isNaN(ord)) {
      throw new ValueError(`norm: ord is ${String(ord)}, expected a number, 'euclidean' or 'fro'`);
    }
    if (Array.isArray(axis) && axis.length === 2) return matrixNorm(value, ord, axis[0], axis[1], keepDims);
    const flat = axis as number | undefined;
    if (ord === Number.POSITIVE_INFINITY) return max(abs(value), flat, keepDims);
    if (ord === Number.NEGATIVE_INFINITY) return min(abs(value), flat, keepDims);
    if (ord === 1) return sum(abs(value), flat, keepDims);
    if (ord === 2) return euclideanNorm(value, flat, keepDims);
    return pow(sum(pow(abs(value), ord), flat, keepDims), 1 / ord);
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
