import { inPhase } from '../base/place.js';
import { onesLike } from '../ops/creation.js';
import { retaining } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { trainableVariables } from '../tensor/variable.js';
import { type FlowListener, type GradientListener, Tape } from './tape.js';

/** A value, and its gradient for each source; undefined where it does not depend on one. */
export interface Differentiated {
  readonly value: Tensor;
  readonly sources: readonly Tensor[];
  readonly gradients: readonly (Tensor | undefined)[];
}

/**
 * Reverse mode from end to end: record what `f` does, seed the walk with dy, walk back, collect. All differentiation
 * goes through here; it checks nothing, and the caller frees what f made.
 * @param given null: all trainable variables, those that f makes too, as layers do when they are first called
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
