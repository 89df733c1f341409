import { isRetaining, retain } from '../tensor/scope.js';
import { handleOf, type Tensor } from '../tensor/tensor.js';

/** What a probability was made from. */
export interface Logits {
  readonly logits: Tensor;
  readonly kind: 'softmax' | 'sigmoid';
}

const sources = new WeakMap<Tensor, Logits>();

/**
 * Notes which logits a softmax or sigmoid was computed from, so that a cross-entropy that meets the probabilities can
 * use the logits instead: its gradient is then softmax − target, and nothing is lost to rounding. While a loss may follow,
 * in training and in evaluation, the logits outlive the layer that made them.
 */
export function rememberLogits(probabilities: Tensor, logits: Tensor, kind: Logits['kind']): Tensor {
  sources.set(probabilities, { logits: isRetaining() ? retain(handleOf(logits)) : logits, kind });
  return probabilities;
}

/** The logits behind probabilities; null when unknown, or when they were freed since. */
export function logitsOf(probabilities: Tensor): Logits | null {
  const found = sources.get(probabilities);
  return found && !found.logits.isDisposed ? found : null;
}
