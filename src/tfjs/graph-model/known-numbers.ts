import type { Shape } from '../../base/shape.js';
import type { Tensor } from '../../tensor/tensor.js';

/* Numbers that the host has: constants, shapes, and what is computed from them alone. */

export interface Numbers {
  readonly values: readonly number[];
  readonly shape: Shape;
}

/** Longer ones are weights, which nothing takes for a shape or an axis. */
export const LONGEST = 1024;

const known = new WeakMap<Tensor, readonly number[]>();

/** Remember the numbers of a tensor, which nothing changes. */
export function know(tensor: Tensor, values: readonly number[]): Tensor {
  known.set(tensor, values);
  return tensor;
}

export function numbersOf(tensor: Tensor): Numbers | null {
  const values = known.get(tensor);
  return values ? { values, shape: tensor.shape } : null;
}
