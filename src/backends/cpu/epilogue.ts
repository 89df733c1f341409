import type { TypedArray } from '../../base/dtype.js';
import type { Epilogue, FusedEpilogue } from '../kernels.js';
import { activationLoops } from './activations.js';

/** Add the bias to a row of results and apply the activation, before the row is stored. */
export function finishRow(row: Float64Array, { bias, activation, alpha }: Epilogue<TypedArray>): void {
  if (bias) for (let i = 0; i < row.length; i++) row[i] += bias.buffer[i];
  if (activation) activationLoops[activation](row, row, alpha);
}

/** The same with a scale before the bias, and row `index` of a residual after it. */
export function finishFusedRow(row: Float64Array, index: number, epilogue: FusedEpilogue<TypedArray>): void {
  const { scale, bias, residual, activation, alpha } = epilogue;
  const first = index * row.length;
  if (scale) for (let i = 0; i < row.length; i++) row[i] *= scale.buffer[i];
  if (bias) for (let i = 0; i < row.length; i++) row[i] += bias.buffer[i];
  if (residual) for (let i = 0; i < row.length; i++) row[i] += residual.buffer[first + i];
  if (activation) activationLoops[activation](row, row, alpha);
}
