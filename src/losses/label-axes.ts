import { normalizeAxis } from '../base/shape.js';
import { add, mul } from '../ops/arithmetic.js';
import { transpose } from '../ops/transpose.js';
import type { Tensor } from '../tensor/tensor.js';

/** yTrue · (1 − s) + s / classes */
export function smoothLabels(labels: Tensor, labelSmoothing: number, classes: number): Tensor {
  return labelSmoothing === 0 ? labels : add(mul(labels, 1 - labelSmoothing), labelSmoothing / classes);
}

/** Move an axis of x to the end. */
export function withLast(caller: string, x: Tensor, axis: number): Tensor {
  const last = normalizeAxis(caller, axis, x.rank);
  if (last === x.rank - 1) return x;
  const others = x.shape.map((_, each) => each).filter((each) => each !== last);
  return transpose(x, [...others, last]);
}
