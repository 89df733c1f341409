import { ValueError } from '../base/errors.js';
import { show } from '../base/show.js';
import { alignLabels, classNumbers, predictionsOf } from '../losses/align-labels.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { equal, greater, less, logicalAnd, where } from '../ops/comparison.js';
import { oneHot } from '../ops/creation.js';
import { argMax, max, mean } from '../ops/reductions.js';
import { squeeze } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** Return 1 where a condition is true, else 0. */
const hits = (condition: Tensor, like: Tensor): Tensor => cast(condition, like.dtype);

/**
 * The fraction of the last axis where yPred is on the same side of the threshold as yTrue.
 * @param yTrue 0 and 1, shaped as yPred
 * @param threshold default 0.5; a prediction at it counts as 0
 * @returns one number per sample, without the last axis
 * @throws ShapeError
 * @example metrics.binaryAccuracy(tensor([[1, 0]]), tensor([[0.7, 0.6]])) // [0.5]
 */
export function binaryAccuracy(yTrue: Tensor, yPred: Tensor, threshold = 0.5): Tensor {
  return tidy(() => {
    const predictions = predictionsOf('binaryAccuracy', yPred);
    const labels = alignLabels('binaryAccuracy', yTrue, predictions);
    return mean(hits(equal(labels, hits(greater(predictions, threshold), predictions)), predictions), -1);
  });
}

/**
 * 1 where the largest prediction is at the place of the largest label, else 0.
 * @param yTrue one-hot, [batch, …, classes]
 * @returns [batch, …]
 * @throws ShapeError
 * @example metrics.categoricalAccuracy(tensor([[0, 1], [1, 0]]), tensor([[0.2, 0.8], [0.3, 0.7]])) // [1, 0]
 */
export function categoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const predictions = predictionsOf('categoricalAccuracy', yPred);
    const labels = alignLabels('categoricalAccuracy', yTrue, predictions);
    return hits(equal(argMax(labels, -1), argMax(predictions, -1)), predictions);
  });
}

/**
 * 1 where the largest prediction is at the class number, else 0.
 * @param yTrue class numbers, [batch, …] or [batch, …, 1]
 * @returns [batch, …]
 * @throws ShapeError
 * @example metrics.sparseCategoricalAccuracy(tensor([1, 0]), tensor([[0.2, 0.8], [0.3, 0.7]])) // [1, 0]
 */
export function sparseCategoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const predictions = predictionsOf('sparseCategoricalAccuracy', yPred);
    const classes = classNumbers('sparseCategoricalAccuracy', yTrue, predictions);
    return hits(equal(classes, argMax(predictions, -1)), predictions);
  });
}

/**
 * 1 where fewer than k predictions are larger than that of the true class, else 0: classes that tie for the last place
 * all count, and with at most k classes every class does. NaN is not a hit.
 * @param yTrue one-hot
 * @param k default 5
 * @returns [batch, …]
 * @throws ShapeError @throws ValueError when k is not an integer ≥ 1
 * @see keras.metrics.top_k_categorical_accuracy
 * @example topKCategoricalAccuracy(tensor([[0, 0, 1]]), tensor([[0.2, 0.5, 0.3]]), 2) // [1]
 */
export function topKCategoricalAccuracy(yTrue: Tensor, yPred: Tensor, k = 5): Tensor {
  const name = 'topKCategoricalAccuracy';
  return tidy(() => {
    const predictions = predictionsOf(name, yPred);
    return amongTop(name, argMax(alignLabels(name, yTrue, predictions), -1), predictions, k);
  });
}

/**
 * 1 where fewer than k predictions are larger than that of the class number, else 0. See `topKCategoricalAccuracy`.
 * @param yTrue class numbers, [batch, …] or [batch, …, 1]
 * @param k default 5
 * @returns [batch, …]
 * @throws ShapeError @throws ValueError when k is not an integer ≥ 1
 * @see keras.metrics.sparse_top_k_categorical_accuracy
 * @example sparseTopKCategoricalAccuracy(tensor([2]), tensor([[0.2, 0.5, 0.3]]), 2) // [1]
 */
export function sparseTopKCategoricalAccuracy(yTrue: Tensor, yPred: Tensor, k = 5): Tensor {
  const name = 'sparseTopKCategoricalAccuracy';
  return tidy(() => {
    const predictions = predictionsOf(name, yPred);
    return amongTop(name, classNumbers(name, yTrue, predictions), predictions, k);
  });
}

/** How labels and predictions are compared. */
export type Comparison = 'binary' | 'sparseCategorical' | 'categorical';

/** Choose the comparison by the shapes of labels and predictions, as Keras 3 does. */
export function comparisonOf(yTrue: Tensor, yPred: Tensor): Comparison {
  const [labels, outputs] = [yTrue.shape.at(-1), yPred.shape.at(-1)];
  if (outputs === 1) return 'binary';
  return yTrue.rank < yPred.rank || (labels === 1 && (outputs ?? 1) > 1) ? 'sparseCategorical' : 'categorical';
}

/**
 * Accuracy chosen by the shapes: binary for one output, else sparse categorical for class numbers and categorical
 * for labels shaped as the predictions.
 * @returns one number per sample
 * @throws ShapeError
 */
export function accuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  const comparison = comparisonOf(yTrue, yPred);
  if (comparison === 'binary') return binaryAccuracy(yTrue, yPred);
  return comparison === 'categorical' ? categoricalAccuracy(yTrue, yPred) : sparseCategoricalAccuracy(yTrue, yPred);
}

/** Less than any prediction: Keras's value for predictions that are not among the top k. */
export const LOWEST = -1e10;

function amongTop(metric: string, classes: Tensor, yPred: Tensor, k: number): Tensor {
  if (!(Number.isInteger(k) && k >= 1)) throw new ValueError(`${metric}: k is ${show(k)}, expected an integer ≥ 1`);
  const right = greater(oneHot(classes, yPred.shape.at(-1)!), 0);
  const value = max(where(right, yPred, LOWEST), -1, true);
  const larger = sum(hits(greater(yPred, value), yPred), -1);
  return hits(logicalAnd(less(larger, k), greater(squeeze(value, [-1]), LOWEST)), yPred);
}
