import type { TypedArray } from '../../base/dtype.js';
import type { Operand } from '../kernels.js';

/** Sum in zeroed doubles with `add`, then store: a float32 result is rounded once instead of at every addition. */
export function accumulate(out: Operand<TypedArray>, add: (sums: Float64Array) => void): void {
  const sums = new Float64Array(out.size);
  add(sums);
  out.buffer.set(sums);
}
