import type { DType } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';

let current: 'float32' | 'float64' = 'float32';

/** Return the default dtype of layers. @example const dtype = floatx(); // 'float32' */
export const floatx = (): DType => current;

/**
 * Set the default dtype of layers that are made from now on, as Keras's `set_floatx`.
 * @param dtype `'float32'`, the default, or `'float64'`, which only the cpu backend supports
 * @throws ValueError for any other dtype
 * @example setFloatx('float64');
 */
export function setFloatx(dtype: 'float32' | 'float64'): void {
  if (dtype !== 'float32' && dtype !== 'float64') {
    throw new ValueError(`setFloatx: dtype is ${show(dtype)}, expected 'float32' or 'float64'`);
  }
  current = dtype;
}
