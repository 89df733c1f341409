import type { Differentiable, Inputs, Reads, Recorded } from '../ops/op.js';
import type { Tensor } from '../tensor/tensor.js';

/** An input that is this many times smaller than the output may be held so that the output can be freed. */
const SMALL = 8;

/** Whether the gradients of some inputs read an input, by name, or `output`. */
export function isRead(name: string, reads: Reads<Inputs> | undefined, targets: readonly string[]): boolean {
  return reads !== undefined && targets.some((target) => reads[target]?.includes(name));
}

/**
 * Whether the output of an op is to be computed again in the backward walk rather than held: the op allows it, and each
 * input is held anyway, small, or itself computed again.
 * @param targets inputs that get a gradient
 * @param isRecomputed whether a tensor is the output of an op for which this is true
 */
export function isRecomputable(
  op: Differentiable,
  { inputs, output, options }: Recorded,
  targets: readonly string[],
  isRecomputed: (tensor: Tensor) => boolean,
): boolean {
  if (!op.recompute) return false;
  const reads = op.reads?.(options);
  return Object.entries(inputs).every(
    ([name, input]) =>
      !input || isRead(name, reads, targets) || input.size * SMALL <= output.size || isRecomputed(input),
  );
}
