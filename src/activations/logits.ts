import { isRetaining, retain } from '../tensor/scope.js';
import { handleOf, type Tensor } from '../tensor/tensor.js';

/** The source of a probability. */
export interface Logits {
  readonly logits: Tensor;
  readonly kind: 'softmax' | 'sigmoid';
}

const sources = new WeakMap<Tensor, Logits>();

/**
 * Record the logits behind a softmax or sigmoid, so that a cross-entropy of the probabilities can use the logits
 * instead: its gradient is then softmax − target, and nothing is lost to rounding. While a loss may follow, in training
 * and in evaluation, the logits outlive the layer that made them.
 */
export function rememberLogits(probabilities: Tensor, logits: Tensor, kind: Logits['kind']): Tensor {
  sources.set(probabilities, { logits: isRetaining() ? retain(handleOf(logits)) : logits, kind });
  return probabilities;
}

/** Return the logits behind probabilities; null when they are unknown or were freed. */
export function logitsOf(probabilities: Tensor): Logits | null {
  const found = sources.get(probabilities);
  return found && !found.logits.isDisposed ? found : null;
}
