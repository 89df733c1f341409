import type { Tensor } from '../tensor/tensor.js';
import { equal, where } from './comparison.js';
import { zerosLike } from './creation.js';

/**
 * Return f(x) for x ≥ 0, with f(0) = 0 and a gradient of 0 there, as PyTorch's `norm` and `std` have it. A root has an
 * infinite slope at 0, and infinity times the 0 that comes from the other side of it is NaN.
 */
export function awayFromZero(x: Tensor, f: (x: Tensor) => Tensor): Tensor {
  const isZero = equal(x, 0);
  const result = f(where(isZero, 1, x));
  return where(isZero, zerosLike(result), result);
}
