import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { mean } from '../ops/reductions.js';
import { clipByValue, log } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels, EPSILON } from './loss.js';

/**
 * Kullback–Leibler divergence, Σ yTrue · ln(yTrue / yPred) over the last axis, both held in [1e-7, 1].
 * @param yTrue a distribution, [batch, …, classes]
 * @throws ShapeError when the shapes disagree
 * @example klDivergence(tensor([[0.5, 0.5]]), tensor([[0.25, 0.75]])) // [0.1438]
 */
export function klDivergence(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const labels = clipByValue(alignLabels('klDivergence', yTrue, yPred), EPSILON, 1);
    return sum(mul(labels, log(div(labels, clipByValue(yPred, EPSILON, 1)))), -1);
  });
}

/**
 * Mean over the last axis of yPred − yTrue · ln yPred: counts with expectation yPred.
 * @throws ShapeError
 * @example poisson(tensor([[1, 2]]), tensor([[1, 2]])) // [0.8069]
 */
export function poisson(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const labels = alignLabels('poisson', yTrue, yPred);
    return mean(sub(yPred, mul(labels, log(add(yPred, EPSILON)))), -1);
  });
}
