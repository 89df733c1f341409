import { dispose, keep } from '../tensor/scope.js';
import { aliasOf, type Tensor } from '../tensor/tensor.js';

/** What a probability was made from. */
export interface Logits {
  readonly logits: Tensor;
  readonly kind: 'softmax' | 'sigmoid';
}

const sources = new WeakMap<Tensor, Logits>();

/** Tensors over the logits' buffers, while `withLogitsKept` runs. */
let kept: Tensor[] | null = null;

/**
 * Notes which logits a softmax or sigmoid was computed from, so that a cross-entropy that meets the probabilities can
 * use the logits instead: its gradient is then softmax − target, and nothing is lost to rounding.
 */
export function rememberLogits(probabilities: Tensor, logits: Tensor, kind: Logits['kind']): Tensor {
  let source = logits;
  if (kept) kept.push((source = keep(aliasOf(logits, logits.shape))));
  sources.set(probabilities, { logits: source, kind });
  return probabilities;
}

/**
 * Runs `f` with logits outliving the layers that made them: in evaluation, where no tape keeps them and all else may go.
 * For a result that holds no logits.
 */
export function withLogitsKept<T>(f: () => T): T {
  const before = kept;
  const mine: Tensor[] = [];
  kept = mine;
  try {
    return f();
  } finally {
    kept = before;
    dispose(mine);
  }
}

/** The logits behind probabilities; null when unknown, or when they were freed since. */
export function logitsOf(probabilities: Tensor): Logits | null {
  const found = sources.get(probabilities);
  return found && !found.logits.isDisposed ? found : null;
}
