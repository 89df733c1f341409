import { integer } from '../base/options.js';
import { add, div } from '../ops/arithmetic.js';
import { zerosLike } from '../ops/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';

/** Keras's name of the slot with the sum of a weight's gradients since the last update. */
export const ACCUMULATOR = 'gradient_accumulator';

/** Updates by the mean gradient of several steps, in every optimizer. @see `keras.optimizers.Optimizer` */
export const ACCUMULATION = {
  /** Number of steps, at least 2, whose mean gradient makes one update, in the last of them; default null: one step. */
  gradientAccumulationSteps: integer({ min: 2 })
    .nullable()
    .default(null)
    .inConfig((steps) => steps ?? undefined),
};

/** Add gradients to their sums; call it in a `tidy`. */
export function accumulate(gradients: readonly Tensor[], sums: readonly Variable[]): void {
  for (const [index, gradient] of gradients.entries()) sums[index].assign(add(gradient, sums[index]));
}

/** Return the means of the gradients of all steps, the last of which are given; call it in a `tidy`. */
export const meanGradients = (gradients: readonly Tensor[], sums: readonly Variable[], steps: number): Tensor[] =>
  gradients.map((gradient, index) => div(add(gradient, sums[index]), steps));

/** Set sums to 0; call it in a `tidy`. */
export function clear(sums: readonly Variable[]): void {
  for (const sum of sums) sum.assign(zerosLike(sum));
}
