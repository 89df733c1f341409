import { number } from '../base/options.js';
import { div, maximum, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { oneHot } from '../ops/creation.js';
import { pow } from '../ops/power.js';
import { classNumbers } from './align-labels.js';
import { defineLoss, EPSILON } from './define-loss.js';

/**
 * (1 − p^q) / q, p the probability of the true class: between the cross-entropy (q → 0) and 1 − p (q = 1), and less
 * misled by wrong labels than the cross-entropy.
 * @param yTrue [batch, …] or [batch, …, 1], integers from 0 to classes − 1
 * @param yPred [batch, …, classes], probabilities
 * @returns one loss per sample, [batch, …]
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see Zhang and Sabuncu, arXiv:1805.07836; keras.losses.categorical_generalized_cross_entropy
 * @example losses.categoricalGeneralizedCrossEntropy(tensor([1]), tensor([[0.75, 0.25]])) // [1]
 */
export const categoricalGeneralizedCrossEntropy = /* @__PURE__ */ defineLoss({
  name: 'categoricalGeneralizedCrossEntropy',
  options: {
    /** In (0, 1); default 0.5. */
    q: number({ above: 0, below: 1 }).default(0.5),
  },
  labels: () => ({ kind: 'classes' }),
  perSample: (yTrue, yPred, { q }) => {
    const labels = classNumbers('categoricalGeneralizedCrossEntropy', yTrue, yPred);
    const p = sum(mul(yPred, oneHot(labels, yPred.shape.at(-1)!, 1, 0, yPred.dtype)), -1);
    // The slope of a power below 1 is infinite at 0.
    return div(sub(1, pow(maximum(p, EPSILON), q)), q);
  },
});
