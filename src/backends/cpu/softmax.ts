import type { TypedArray } from '../../base/dtype.js';
import type { Kernels } from '../kernels.js';

/** Subtracting the largest value does not change the result, and bounds exponentials by 1. */
export function largestOf(x: TypedArray, at: number, length: number): number {
  let largest = -Infinity;
  for (let i = 0; i < length; i++) largest = Math.max(largest, x[at + i]);
  return largest;
}

export const softmax: Pick<Kernels<TypedArray>, 'softmax' | 'logSoftmax'> = {
  softmax(x, out) {
    const length = x.shape[x.shape.length - 1];
    const row = new Float64Array(length);
    for (let at = 0; at < x.size; at += length) {
      const largest = largestOf(x.buffer, at, length);
      let total = 0;
      for (let i = 0; i < length; i++) total += row[i] = Math.exp(x.buffer[at + i] - largest);
      for (let i = 0; i < length; i++) out.buffer[at + i] = row[i] / total;
    }
  },

  logSoftmax(x, out) {
    const length = x.shape[x.shape.length - 1];
    for (let at = 0; at < x.size; at += length) {
      const largest = largestOf(x.buffer, at, length);
      let total = 0;
      for (let i = 0; i < length; i++) total += Math.exp(x.buffer[at + i] - largest);
      const logTotal = Math.log(total);
      for (let i = 0; i < length; i++) out.buffer[at + i] = x.buffer[at + i] - largest - logTotal;
    }
  },
};
