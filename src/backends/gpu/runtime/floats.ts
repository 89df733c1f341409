import type { DType, TypedArray } from '../../../base/dtype.js';
import { ValueError } from '../../../base/errors.js';
import { MAX_ELEMENTS } from './device.js';

/**
 * Convert values for kernels. float32 represents integers exactly up to 2²⁴.
 * @throws ValueError on an int32 value beyond that
 */
export function asFloats(values: TypedArray, dtype: DType): Float32Array {
  if (dtype === 'int32') {
    for (const value of values) {
      if (Math.abs(value) > MAX_ELEMENTS) {
        throw new ValueError(
          `gpu: int32 value ${value}; integers beyond ±${MAX_ELEMENTS} (2^24) are not exact here, wasm and cpu have ` +
            'them',
        );
      }
    }
  }
  return Float32Array.from(values);
}
