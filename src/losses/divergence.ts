import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { mean } from '../ops/reductions.js';
import { clipByValue, log } from '../ops/unary.js';
import { alignLabels } from './align-labels.js';
import { defineLoss, EPSILON, notNegative } from './define-loss.js';

/**
 * Kullback–Leibler divergence: Σ yTrue · ln(yTrue / yPred) over the last axis, both clipped to [1e-7, 1].
 * @param yTrue a distribution, [batch, …, classes]
 * @throws ShapeError when the shapes disagree
 * @example klDivergence(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])) // [0.1438]
 */
export const klDivergence = /* @__PURE__ */ defineLoss({
  name: 'klDivergence',
  options: {},
  labels: notNegative,
  perSample: (yTrue, yPred) => {
    const labels = clipByValue(alignLabels('klDivergence', yTrue, yPred), EPSILON, 1);
    return sum(mul(labels, log(div(labels, clipByValue(yPred, EPSILON, 1)))), -1);
  },
});

/**
 * Mean over the last axis of yPred − yTrue · ln yPred: for counts with expectation yPred.
 * @throws ShapeError
 * @example poisson(tensor([[1, 2]]), tensor([[1, 2]])) // [0.8069]
 */
export const poisson = /* @__PURE__ */ defineLoss({
  name: 'poisson',
  options: {},
  labels: notNegative,
  perSample: (yTrue, yPred) => {
    const labels = alignLabels('poisson', yTrue, yPred);
    return mean(sub(yPred, mul(labels, log(add(yPred, EPSILON)))), -1);
  },
});
