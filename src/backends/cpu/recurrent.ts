import type { TypedArray } from '../../base/dtype.js';
import { dotRows } from './rows.js';

/* Shared parts of the LSTM and GRU kernels. */

export const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** sums += row · kernelᵀ, the kernel [sums.length, columns]. */
export function addProductWithTransposed(sums: Float64Array, row: Float64Array, kernel: TypedArray): void {
  const columns = kernel.length / sums.length;
  for (let k = 0; k < sums.length; k++) sums[k] += dotRows(row, 0, kernel, k * columns, columns);
}

/** A flat result as its two parts: before a place, and from there on. */
export const partsOf = (values: TypedArray, place: number): [TypedArray, TypedArray] => [
  values.subarray(0, place),
  values.subarray(place),
];
