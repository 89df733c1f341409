import { isFloat } from '../base/dtype.js';
import { DTypeError, ValueError } from '../base/errors.js';
import { Tensor } from '../tensor/tensor.js';

/** What a function to differentiate must return. @throws ValueError @throws DisposedError @throws DTypeError */
export function assertTensor(where: string, value: unknown): asserts value is Tensor {
  if (!(value instanceof Tensor))
    throw new ValueError(`${where}: the function returned ${String(value)}, expected a tensor`);
  value.assertAlive(where);
  if (!isFloat(value.dtype))
    throw new DTypeError(`${where}: the function returned ${value.dtype}, expected a float tensor`);
}
