import { readFileSync } from 'node:fs';
import type { Shape } from '../../src/base/shape.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';

/** Numbers that PyTorch 1.13 gives in float64, with kernels turned to Keras's layout. */
// biome-ignore lint/suspicious/noExplicitAny: each entry has fields of its own
export const PYTORCH: any = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch-layers.json', import.meta.url), 'utf8'),
);

/** A tensor of float64 numbers. */
export const float64 = (values: readonly number[], shape: Shape): Tensor =>
  upload(Float64Array.from(values), shape, 'float64');

/** The largest distance of two lists. */
export function distance(given: ArrayLike<number>, expected: readonly number[]): number {
  if (given.length !== expected.length) return Number.POSITIVE_INFINITY;
  return Math.max(...expected.map((value, index) => Math.abs(value - given[index])));
}
