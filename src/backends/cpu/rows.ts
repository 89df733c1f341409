import type { TypedArray } from '../../base/dtype.js';

/** sums[to + i] += factor · row[from + i]: the inner loop of products and convolutions, along contiguous channels. */
export function addScaled(
  sums: Float64Array,
  to: number,
  factor: number,
  row: TypedArray,
  from: number,
  count: number,
): void {
  for (let i = 0; i < count; i++) sums[to + i] += factor * row[from + i];
}

/** Σ a[fromA + i] · b[fromB + i]: the adjoint of `addScaled` with respect to the factor. */
export function dotRows(a: TypedArray, fromA: number, b: TypedArray, fromB: number, count: number): number {
  let sum = 0;
  for (let i = 0; i < count; i++) sum += a[fromA + i] * b[fromB + i];
  return sum;
}
