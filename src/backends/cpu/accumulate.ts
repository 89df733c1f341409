import type { TypedArray } from '../../base/dtype.js';
import type { Operand } from '../kernels.js';

/** Lets `add` sum into zeroed doubles, then stores them: a float32 result rounds once, not at every addition. */
export function accumulate(out: Operand<TypedArray>, add: (sums: Float64Array) => void): void {
  const sums = new Float64Array(out.size);
  add(sums);
  out.buffer.set(sums);
}
