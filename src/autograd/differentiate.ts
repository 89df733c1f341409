import { inPhase } from '../base/place.js';
import { onesLike } from '../ops/creation.js';
import { retaining } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { trainableVariables } from '../tensor/variable.js';
import { type FlowListener, type GradientListener, Tape } from './tape.js';

/** A value, and its gradient for each source; undefined if the value does not depend on it. */
export interface Differentiated {
  readonly value: Tensor;
  readonly sources: readonly Tensor[];
  readonly gradients: readonly (Tensor | undefined)[];
}

/**
 * Reverse mode from end to end: record the ops of `f`, start the backward pass from dy, and collect the gradients. All
 * differentiation goes through here. It checks nothing, and the caller frees the tensors of f.
 * @param given null: all trainable variables, including those that f creates, such as layers on their first call
 * @param dy like the value; default ones
 */
export function differentiate(
  f: () => Tensor,
  given: readonly Tensor[] | null,
  dy?: Tensor,
  onFlow?: FlowListener,
  listener?: GradientListener,
): Differentiated {
  return retaining(() => {
    const tape = new Tape(given);
    try {
      const value = tape.listen(f);
      const sources = given ?? trainableVariables();
      const walk = () => tape.backward(value, dy ?? onesLike(value), sources, onFlow, listener);
      const gradients = inPhase('backward', '', walk);
      return { value, sources, gradients };
    } finally {
      tape.dispose();
    }
  });
}
