import type { Tensor } from '../tensor/tensor.js';

/** What a probability was made from. */
export interface Logits {
  readonly logits: Tensor;
  readonly kind: 'softmax' | 'sigmoid';
}

const sources = new WeakMap<Tensor, Logits>();

/**
 * Notes which logits a softmax or sigmoid was computed from, so that a cross-entropy that meets the probabilities can
 * use the logits instead: its gradient is then softmax − target, and nothing is lost to rounding.
 */
export function rememberLogits(probabilities: Tensor, logits: Tensor, kind: Logits['kind']): Tensor {
  sources.set(probabilities, { logits, kind });
  return probabilities;
}

/** The logits behind probabilities; null when unknown, or when they were freed since. */
export function logitsOf(probabilities: Tensor): Logits | null {
  const found = sources.get(probabilities);
  return found && !found.logits.isDisposed ? found : null;
}
