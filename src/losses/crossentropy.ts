import { isFloat } from '../base/dtype.js';
import { boolean, fraction, integer } from '../base/options.js';
import { softplus } from '../ops/activations.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { notEqual, where } from '../ops/comparison.js';
import { oneHot } from '../ops/creation.js';
import { mean } from '../ops/reductions.js';
import { softmaxCrossentropy } from '../ops/softmax-crossentropy.js';
import { clipByValue, log, neg } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels, classNumbers } from './align-labels.js';
import { defineLoss, EPSILON, probabilities } from './define-loss.js';
import { smoothLabels, withLast } from './label-axes.js';

const fromLogits = () => boolean().default(false);
const labelSmoothing = () => fraction().default(0);
const axis = () => integer().default(-1);

/** ln of probabilities, rescaled to a sum of 1 and clipped near 0 and 1, as in Keras. */
function logProbabilities(probabilities: Tensor): Tensor {
  return log(clipByValue(div(probabilities, sum(probabilities, -1, true)), EPSILON, 1 - EPSILON));
}

/** −Σ labels · ln p over the last axis, p the predictions or their softmax. */
function crossentropy(labels: Tensor, yPred: Tensor, fromLogits: boolean): Tensor {
  if (fromLogits) return softmaxCrossentropy(yPred, labels);
  const distribution = isFloat(labels.dtype) ? labels : oneHot(labels, yPred.shape.at(-1)!, 1, 0, yPred.dtype);
  return neg(sum(mul(distribution, logProbabilities(yPred)), -1));
}

/**
 * −Σ yTrue · ln yPred over the classes.
 * @param yTrue [batch, …, classes], one-hot or a distribution
 * @param yPred shaped as yTrue
 * @returns one loss per sample, [batch, …]
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see keras.losses.categorical_crossentropy
 * @example categoricalCrossentropy(tensor([[0, 1]]), tensor([[0.5, 0.5]])) // [0.6931]
 */
export const categoricalCrossentropy = /* @__PURE__ */ defineLoss({
  name: 'categoricalCrossentropy',
  options: {
    /** Whether yPred is the input of the softmax; default false: probabilities. */
    fromLogits: fromLogits(),
    /** Fraction of each label that is spread evenly over all classes, in [0, 1]; default 0. */
    labelSmoothing: labelSmoothing(),
    /** The axis of the classes; default −1. */
    axis: axis(),
  },
  labels: probabilities,
  activation: 'softmax',
  perSample: (yTrue, yPred, { fromLogits, labelSmoothing, axis }) => {
    const caller = 'categoricalCrossentropy';
    const labels = withLast(caller, alignLabels(caller, yTrue, yPred), axis);
    const predictions = withLast(caller, yPred, axis);
    return crossentropy(smoothLabels(labels, labelSmoothing, predictions.shape.at(-1) ?? 1), predictions, fromLogits);
  },
});

/**
 * −ln yPred[yTrue]: the categorical cross-entropy for labels given as class numbers.
 * @param yTrue [batch, …] or [batch, …, 1], integers from 0 to classes − 1
 * @param yPred [batch, …, classes]
 * @returns one loss per sample, [batch, …]
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see keras.losses.sparse_categorical_crossentropy
 * @example sparseCategoricalCrossentropy(tensor([1], [1], 'int32'), tensor([[0.5, 0.5]])) // [0.6931]
 */
export const sparseCategoricalCrossentropy = /* @__PURE__ */ defineLoss({
  name: 'sparseCategoricalCrossentropy',
  options: {
    /** Whether yPred is the input of the softmax; default false: probabilities. */
    fromLogits: fromLogits(),
    /**
     * A class number whose samples have no loss and do not count in its mean: 255 in many segmentation sets. Default
     * none.
     */
    ignoreClass: integer().nullable().default(null),
    /** The axis of yPred that contains the classes; default −1. */
    axis: axis(),
  },
  labels: ({ axis, ignoreClass }) => ({ kind: 'classes', axis, ignored: ignoreClass }),
  activation: 'softmax',
  perSample: (yTrue, yPred, { fromLogits, ignoreClass, axis }) => {
    const caller = 'sparseCategoricalCrossentropy';
    const predictions = withLast(caller, yPred, axis);
    const labels = classNumbers(caller, yTrue, predictions);
    const losses = crossentropy(labels, predictions, fromLogits);
    return ignoreClass === null ? losses : where(notEqual(labels, ignoreClass), losses, 0);
  },
  counted: (yTrue, yPred, { ignoreClass, axis }) => {
    if (ignoreClass === null) return undefined;
    const caller = 'sparseCategoricalCrossentropy';
    return cast(notEqual(classNumbers(caller, yTrue, withLast(caller, yPred, axis)), ignoreClass), yPred.dtype);
  },
});

/**
 * Mean over an axis of −yTrue · ln yPred − (1 − yTrue) · ln(1 − yPred).
 * @param yTrue [batch, …], values in [0, 1]
 * @param yPred shaped as yTrue
 * @returns one loss per sample, without the axis
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see keras.losses.binary_crossentropy
 * @example binaryCrossentropy(tensor([[1]]), tensor([[0.5]])) // [0.6931]
 */
export const binaryCrossentropy = /* @__PURE__ */ defineLoss({
  name: 'binaryCrossentropy',
  options: {
    /** Whether yPred is the input of the sigmoid; default false: probabilities. */
    fromLogits: fromLogits(),
    /** How far labels move towards ½, in [0, 1]; default 0. */
    labelSmoothing: labelSmoothing(),
    /** The axis of the mean; default −1. */
    axis: axis(),
  },
  labels: probabilities,
  activation: 'sigmoid',
  perSample: (yTrue, yPred, { fromLogits, labelSmoothing, axis }) => {
    const labels = smoothLabels(alignLabels('binaryCrossentropy', yTrue, yPred), labelSmoothing, 2);
    // −z ln σ(x) − (1 − z) ln(1 − σ(x)) = ln(1 + eˣ) − x z
    if (fromLogits) return mean(sub(softplus(yPred), mul(yPred, labels)), axis);
    const p = clipByValue(yPred, EPSILON, 1 - EPSILON);
    return mean(neg(add(mul(labels, log(p)), mul(sub(1, labels), log(sub(1, p))))), axis);
  },
});
