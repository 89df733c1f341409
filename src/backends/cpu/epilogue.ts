import type { TypedArray } from '../../base/dtype.js';
import type { Epilogue } from '../kernels.js';
import { activationLoops } from './activations.js';

/** Add the bias to a row of results and apply the activation, before the row is stored. */
export function finishRow(row: Float64Array, { bias, activation, alpha }: Epilogue<TypedArray>): void {
  if (bias) for (let i = 0; i < row.length; i++) row[i] += bias.buffer[i];
  if (activation) activationLoops[activation](row, row, alpha);
}
