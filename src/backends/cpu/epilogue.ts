import type { TypedArray } from '../../base/dtype.js';
import type { Epilogue } from '../kernels.js';
import { activationLoops } from './activations.js';

/** Adds the bias to one row of results and activates it, before the row is stored. */
export function finishRow(row: Float64Array, { bias, activation, alpha }: Epilogue<TypedArray>): void {
  if (bias) for (let i = 0; i < row.length; i++) row[i] += bias.buffer[i];
  if (activation) activationLoops[activation](row, row, alpha);
}
