import { relu } from '../ops/activations.js';
import { add, maximum, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { equal, logicalOr, where } from '../ops/comparison.js';
import { all, max, mean } from '../ops/reductions.js';
import { square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels } from './align-labels.js';
import { defineLoss, finite, probabilities } from './define-loss.js';

/** Labels 0 and 1 become −1 and 1; other labels stay, as in Keras. */
function signs(labels: Tensor): Tensor {
  const binary = all(logicalOr(equal(labels, 0), equal(labels, 1)));
  return where(binary, sub(mul(labels, 2), 1), labels);
}

/** max(0, 1 − yTrue · yPred) */
function margins(loss: string, yTrue: Tensor, yPred: Tensor): Tensor {
  return relu(sub(1, mul(signs(alignLabels(loss, yTrue, yPred)), yPred)));
}

/**
 * Mean over the last axis of max(0, 1 − yTrue · yPred).
 * @param yTrue −1 and 1, or 0 and 1
 * @throws ShapeError when the shapes disagree
 * @example hinge(tensor([[1]]), tensor([[0.25]])) // [0.75]
 */
export const hinge = /* @__PURE__ */ defineLoss({
  name: 'hinge',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => mean(margins('hinge', yTrue, yPred), -1),
});

/**
 * Mean over the last axis of max(0, 1 − yTrue · yPred)². See `hinge`.
 * @throws ShapeError
 * @example squaredHinge(tensor([[1]]), tensor([[0.25]])) // [0.5625]
 */
export const squaredHinge = /* @__PURE__ */ defineLoss({
  name: 'squaredHinge',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => mean(square(margins('squaredHinge', yTrue, yPred)), -1),
});

/**
 * max(0, 1 + the best score of a wrong class − the score of the right one).
 * @param yTrue one-hot, [batch, …, classes]
 * @throws ShapeError when the shapes disagree
 * @example categoricalHinge(tensor([[0, 1]]), tensor([[0.4, 0.6]])) // [0.8]
 */
export const categoricalHinge = /* @__PURE__ */ defineLoss({
  name: 'categoricalHinge',
  options: {},
  labels: probabilities,
  perSample: (yTrue, yPred) => {
    const labels = alignLabels('categoricalHinge', yTrue, yPred);
    const right = sum(mul(labels, yPred), -1);
    const wrong = max(mul(sub(1, labels), yPred), -1);
    return maximum(add(sub(wrong, right), 1), 0);
  },
});
