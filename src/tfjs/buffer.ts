import type { DType, TypedArray } from '../base/dtype.js';
import { assertDType } from '../base/dtype.js';
import { assertShape, type Shape } from '../base/shape.js';
import { TensorBuffer } from '../tensor/tensor-buffer.js';

export { TensorBuffer } from '../tensor/tensor-buffer.js';

/**
 * A host-side buffer whose values are set one at a time and then converted to a tensor.
 * @param dtype default float32
 * @param values used without a copy; default zeros
 * @throws ShapeError when values do not fill the shape @throws DTypeError
 * @example const pixels = buffer([2, 2]); pixels.set(7, 0, 1); pixels.toTensor().print();
 */
export function buffer<D extends DType = 'float32'>(
  shape: Shape,
  dtype?: D | null,
  values?: TypedArray | null,
): TensorBuffer<D> {
  assertShape('buffer', shape);
  const type = dtype ?? 'float32';
  assertDType(type, 'buffer');
  return new TensorBuffer(shape, type as D, values);
}
