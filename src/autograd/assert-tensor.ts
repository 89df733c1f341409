import { isFloat } from '../base/dtype.js';
import { DTypeError, ValueError } from '../base/errors.js';
import { describe } from '../tensor/convert.js';
import { Tensor } from '../tensor/tensor.js';

/**
 * Assert that a function to differentiate returned a float tensor.
 * @throws ValueError @throws DisposedError @throws DTypeError
 */
export function assertTensor(caller: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new ValueError(`${caller}: the function returned ${describe(value)}, expected a tensor`);
  value.assertAlive(caller);
  if (!isFloat(value.dtype))
    throw new DTypeError(`${caller}: the function returned ${value.dtype}, expected a float tensor`);
}
