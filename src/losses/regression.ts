import { integer, number } from '../base/options.js';
import { softplus } from '../ops/activations.js';
import { add, div, maximum, mul, squaredDifference, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { lessEqual, where } from '../ops/comparison.js';
import { mean } from '../ops/reductions.js';
import { abs, log, neg, rsqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels } from './align-labels.js';
import { defineLoss, EPSILON, finite } from './define-loss.js';

/**
 * Mean over the last axis of (yTrue − yPred)².
 * @param yTrue [batch, …]
 * @param yPred shaped as yTrue
 * @returns one loss per sample, without the last axis
 * @throws ShapeError when the shapes disagree
 * @example metrics.meanSquaredError(tensor([[0, 1]]), tensor([[1, 1]])) // [0.5]
 */
export const meanSquaredError = /* @__PURE__ */ defineLoss({
  name: 'meanSquaredError',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => mean(squaredDifference(yPred, alignLabels('meanSquaredError', yTrue, yPred)), -1),
});

/**
 * Mean over the last axis of |yTrue − yPred|. See `meanSquaredError`.
 * @throws ShapeError
 * @example meanAbsoluteError(tensor([[0, 1]]), tensor([[1, 3]])) // [1.5]
 */
export const meanAbsoluteError = /* @__PURE__ */ defineLoss({
  name: 'meanAbsoluteError',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => mean(abs(sub(yPred, alignLabels('meanAbsoluteError', yTrue, yPred))), -1),
});

/**
 * 100 · mean over the last axis of |(yTrue − yPred) / yTrue|, with |yTrue| at least 1e-7.
 * @throws ShapeError
 * @example meanAbsolutePercentageError(tensor([[2, 4]]), tensor([[3, 4]])) // [25]
 */
export const meanAbsolutePercentageError = /* @__PURE__ */ defineLoss({
  name: 'meanAbsolutePercentageError',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => {
    const labels = alignLabels('meanAbsolutePercentageError', yTrue, yPred);
    return mul(mean(div(abs(sub(labels, yPred)), maximum(abs(labels), EPSILON)), -1), 100);
  },
});

/**
 * Mean over the last axis of (ln(1 + yTrue) − ln(1 + yPred))²; values below 1e-7 count as 1e-7.
 * @throws ShapeError
 * @example meanSquaredLogarithmicError(tensor([[0, 1]]), tensor([[1, 1]])) // [0.2402]
 */
export const meanSquaredLogarithmicError = /* @__PURE__ */ defineLoss({
  name: 'meanSquaredLogarithmicError',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => {
    const labels = alignLabels('meanSquaredLogarithmicError', yTrue, yPred);
    const logarithm = (x: Tensor) => log(add(maximum(x, EPSILON), 1));
    return mean(squaredDifference(logarithm(yPred), logarithm(labels)), -1);
  },
});

const HUBER = {
  /** The error at which the square becomes a straight line; default 1. */
  delta: number({ above: 0 }).default(1),
};

/**
 * Mean over the last axis of ½e² where |e| ≤ delta, and delta · |e| − ½ delta² beyond, e = yTrue − yPred.
 * @param options an object with delta, or delta itself
 * @throws ShapeError @throws ValueError when delta is not positive, or an option is unknown
 * @see Huber, "Robust estimation of a location parameter", 1964
 * @example huber(tensor([[0, 0]]), tensor([[1, 3]])) // [1.5]
 */
export const huber = /* @__PURE__ */ defineLoss<typeof HUBER, number>({
  name: 'huber',
  options: HUBER,
  alone: 'delta',
  labels: finite,
  perSample: (yTrue, yPred, { delta }) => {
    const error = sub(yPred, alignLabels('huber', yTrue, yPred));
    const size = abs(error);
    const line = sub(mul(size, delta), 0.5 * delta * delta);
    return mean(where(lessEqual(size, delta), mul(square(error), 0.5), line), -1);
  },
});

/**
 * Mean over the last axis of ln cosh(yPred − yTrue): ½e² near zero, |e| − ln 2 far away.
 * @throws ShapeError
 * @example logCosh(tensor([[0, 0]]), tensor([[0, 1]])) // [0.2169]
 */
export const logCosh = /* @__PURE__ */ defineLoss({
  name: 'logCosh',
  options: {},
  labels: finite,
  perSample: (yTrue, yPred) => {
    const error = sub(yPred, alignLabels('logCosh', yTrue, yPred));
    // ln cosh e = e + ln(1 + e^(−2e)) − ln 2, which does not overflow.
    return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
  },
});

/**
 * x over its Euclidean norm along an axis, the norm at least 1e-7: clipped below the root, whose slope at 0 is
 * infinite.
 */
function unit(x: Tensor, axis: number): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), axis, true), EPSILON ** 2)));
}

/**
 * −cos of the angle between yTrue and yPred along an axis: −1 where they point the same way.
 * @throws ShapeError @throws ValueError when there is no such axis
 * @example cosineSimilarity(tensor([[1, 0]]), tensor([[1, 1]])) // [-0.7071]
 */
export const cosineSimilarity = /* @__PURE__ */ defineLoss({
  name: 'cosineSimilarity',
  options: {
    /** The axis of the vectors; default −1. */
    axis: integer().default(-1),
  },
  labels: finite,
  perSample: (yTrue, yPred, { axis }) => {
    const labels = alignLabels('cosineSimilarity', yTrue, yPred);
    return neg(sum(mul(unit(labels, axis), unit(yPred, axis)), axis));
  },
});
