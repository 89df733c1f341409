import { ValueError } from '../base/errors.js';
import { classNumbers } from '../losses/crossentropy.js';
import { alignLabels } from '../losses/loss.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { equal, greater, less, logicalAnd, where } from '../ops/comparison.js';
import { oneHot } from '../ops/creation.js';
import { argMax, max, mean } from '../ops/reductions.js';
import { squeeze } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

const hits = (condition: Tensor, like: Tensor): Tensor => cast(condition, like.dtype);

/**
 * The share of the last axis where yPred is on the same side of the threshold as yTrue.
 * @param yTrue 0 and 1, shaped as yPred
 * @param threshold default 0.5; a prediction at it counts as 0
 * @returns one number a sample, the last axis gone
 * @throws ShapeError
 * @example metrics.binaryAccuracy(tensor([[1, 0]]), tensor([[0.7, 0.6]])) // [0.5]
 */
export function binaryAccuracy(yTrue: Tensor, yPred: Tensor, threshold = 0.5): Tensor {
  return tidy(() => {
    const labels = alignLabels('binaryAccuracy', yTrue, yPred);
    return mean(hits(equal(labels, hits(greater(yPred, threshold), yPred)), yPred), -1);
  });
}

/**
 * 1 where the largest prediction stands where the largest label does, else 0.
 * @param yTrue one-hot, [batch, …, classes]
 * @returns [batch, …]
 * @throws ShapeError
 * @example metrics.categoricalAccuracy(tensor([[0, 1], [1, 0]]), tensor([[0.2, 0.8], [0.3, 0.7]])) // [1, 0]
 */
export function categoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const labels = alignLabels('categoricalAccuracy', yTrue, yPred);
    return hits(equal(argMax(labels, -1), argMax(yPred, -1)), yPred);
  });
}

/**
 * 1 where the largest prediction stands at the class number, else 0.
 * @param yTrue class numbers, [batch, …] or [batch, …, 1]
 * @returns [batch, …]
 * @throws ShapeError
 * @example metrics.sparseCategoricalAccuracy(tensor([1, 0]), tensor([[0.2, 0.8], [0.3, 0.7]])) // [1, 0]
 */
export function sparseCategoricalAccuracy(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => hits(equal(classNumbers('sparseCategoricalAccuracy', yTrue, yPred), argMax(yPred, -1)), yPred));
}

/**
 * 1 where fewer than k predictions are larger than that of the right class, else 0: classes that share the last place all
 * count, and with k classes or fewer every one. NaN is no hit.
 * @param yTrue one-hot
 * @param k default 5
 * @returns [batch, …]
 * @throws ShapeError @throws ValueError when k is not an integer ≥ 1
 * @see keras.metrics.top_k_categorical_accuracy
 * @example topKCategoricalAccuracy(tensor([[0, 0, 1]]), tensor([[0.2, 0.5, 0.3]]), 2) // [1]
 */
export function topKCategoricalAccuracy(yTrue: Tensor, yPred: Tensor, k = 5): Tensor {
  const name = 'topKCategoricalAccuracy';
  return tidy(() => amongTop(name, argMax(alignLabels(name, yTrue, yPred), -1), yPred, k));
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
  return tidy(() => amongTop(name, classNumbers(name, yTrue, yPred), yPred, k));
}

/** Below any prediction: Keras's number for what is not among the top k. */
export const LOWEST = -1e10;

function amongTop(metric: string, classes: Tensor, yPred: Tensor, k: number): Tensor {
  if (!(Number.isInteger(k) && k >= 1)) throw new ValueError(`${metric}: k is ${String(k)}, expected an integer ≥ 1`);
  const right = greater(oneHot(classes, yPred.shape.at(-1)!), 0);
  const value = max(where(right, yPred, LOWEST), -1, true);
  const larger = sum(hits(greater(yPred, value), yPred), -1);
  return hits(logicalAnd(less(larger, k), greater(squeeze(value, [-1]), LOWEST)), yPred);
}
