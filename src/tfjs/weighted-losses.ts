import { assertNumber } from '../base/arguments.js';
import { knownAs } from '../losses/registry.js';
import { relu, softplus } from '../ops/activations.js';
import { add, minimum, mul, squaredDifference, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { logSoftmax } from '../ops/softmax.js';
import { abs, log, neg, square } from '../ops/unary.js';
import type { TensorLike } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Reduction, weighted } from './weighted-loss.js';

/**
 * |labels − predictions| of all elements, as one number.
 * @param weights broadcasts to the losses; default 1
 * @param reduction default `Reduction.SUM_BY_NONZERO_WEIGHTS`, the mean where there are no weights
 * @returns a scalar, or a loss for each element with `Reduction.NONE`
 * @throws ShapeError when the shapes disagree
 * @example losses.absoluteDifference([0, 1], [1, 3]) // 1.5
 */
export const absoluteDifference = /* @__PURE__ */ knownAs(
  (labels: TensorLike, predictions: TensorLike, weights?: TensorLike | null, reduction?: Reduction): Tensor => {
    return weighted('absoluteDifference', labels, predictions, weights, reduction, (y, p) => abs(sub(y, p)));
  },
  'meanAbsoluteError',
);

/**
 * (labels − predictions)² of all elements, as one number; `metrics.meanSquaredError` gives one per sample.
 * @param weights broadcasts to the losses; default 1
 * @param reduction default `Reduction.SUM_BY_NONZERO_WEIGHTS`, the mean where there are no weights
 * @returns a scalar, or a loss for each element with `Reduction.NONE`
 * @throws ShapeError when the shapes disagree
 * @example losses.meanSquaredError([0, 1], [1, 3]) // 2.5
 */
export const meanSquaredError = /* @__PURE__ */ knownAs(
  (labels: TensorLike, predictions: TensorLike, weights?: TensorLike | null, reduction?: Reduction): Tensor => {
    return weighted('meanSquaredError', labels, predictions, weights, reduction, squaredDifference);
  },
  'meanSquaredError',
);

/**
 * 1 − Σ labels · predictions along an axis, for vectors of length 1, as one number.
 * @param weights broadcasts to the losses; default 1
 * @param reduction default `Reduction.SUM_BY_NONZERO_WEIGHTS`, the mean where there are no weights
 * @returns a scalar, or a loss for each element with `Reduction.NONE`
 * @throws ShapeError when the shapes disagree
 * @throws ValueError when there is no such axis
 * @example losses.cosineDistance([[0, 1]], [[0.6, 0.8]], 1) // 0.2
 */
export function cosineDistance(
  labels: TensorLike,
  predictions: TensorLike,
  axis: number,
  weights?: TensorLike | null,
  reduction?: Reduction | null,
): Tensor {
  return weighted('cosineDistance', labels, predictions, weights, reduction, (y, p) =>
    sub(1, sum(mul(y, p), axis, true)),
  );
}

/**
 * max(0, 1 − (2 · labels − 1) · predictions) of all elements, as one number.
 * @param labels 0 or 1
 * @param weights broadcasts to the losses; default 1
 * @param reduction default `Reduction.SUM_BY_NONZERO_WEIGHTS`, the mean where there are no weights
 * @returns a scalar, or a loss for each element with `Reduction.NONE`
 * @throws ShapeError when the shapes disagree
 * @example losses.hingeLoss([0, 1], [0.5, 0.5]) // 1
 */
export function hingeLoss(
  labels: TensorLike,
  predictions: TensorLike,
  weights?: TensorLike | null,
  reduction?: Reduction | null,
): Tensor {
  return weighted('hingeLoss', labels, predictions, weights, reduction, (y, p) =>
    relu(sub(1, mul(sub(mul(y, 2), 1), p))),
  );
}

/**
 * ½e² up to delta, delta · |e| − ½ delta² beyond, of all elements as one number; `losses.huber` gives one per sample.
 * @param weights broadcasts to the losses; default 1
 * @param reduction default `Reduction.SUM_BY_NONZERO_WEIGHTS`, the mean where there are no weights
 * @returns a scalar, or a loss for each element with `Reduction.NONE`
 * @param delta error at which the square becomes a straight line, default 1
 * @throws ShapeError when the shapes disagree
 * @see Huber, "Robust estimation of a location parameter", 1964
 * @example losses.huberLoss([0, 1], [1, 3]) // 1
 */
export const huberLoss = /* @__PURE__ */ knownAs(
  (
    labels: TensorLike,
    predictions: TensorLike,
    weights?: TensorLike | null,
    delta?: number | null,
    reduction?: Reduction | null,
  ): Tensor => {
    const limit = delta ?? 1;
    assertNumber('huberLoss', 'delta', limit);
    return weighted('huberLoss', labels, predictions, weights, reduction, (y, p) => {
      const error = abs(sub(p, y));
      const near = minimum(error, limit);
      return add(mul(square(near), 0.5), mul(sub(error, near), limit));
    });
  },
  'huber',
);

/**
 * −y ln(p + epsilon) − (1 − y) ln(1 − p + epsilon) of all elements, as one number; `losses.binaryCrossentropy` gives
 * one per sample.
 * @param weights broadcasts to the losses; default 1
 * @param reduction default `Reduction.SUM_BY_NONZERO_WEIGHTS`, the mean where there are no weights
 * @returns a scalar, or a loss for each element with `Reduction.NONE`
 * @param epsilon default 1e-7
 * @throws ShapeError when the shapes disagree
 * @example losses.logLoss([1, 0], [0.5, 0.5]) // 0.6931
 */
export function logLoss(
  labels: TensorLike,
  predictions: TensorLike,
  weights?: TensorLike | null,
  epsilon?: number | null,
  reduction?: Reduction | null,
): Tensor {
  const small = epsilon ?? 1e-7;
  assertNumber('logLoss', 'epsilon', small);
  return weighted('logLoss', labels, predictions, weights, reduction, (y, p) => {
    const positive = mul(y, log(add(p, small)));
    return neg(add(positive, mul(sub(1, y), log(add(sub(1, p), small)))));
  });
}

/**
 * Cross-entropy of independent classes, as one number.
 * @param multiClassLabels [batch, classes], 0 or 1
 * @param logits inputs of the sigmoid
 * @param weights broadcasts to the labels; default 1
 * @param labelSmoothing labels move this fraction of the way to ½; default 0
 * @throws ShapeError when the shapes disagree
 * @example losses.sigmoidCrossEntropy([[1, 0]], [[0, 0]]) // 0.6931
 */
export const sigmoidCrossEntropy = /* @__PURE__ */ knownAs(
  (
    multiClassLabels: TensorLike,
    logits: TensorLike,
    weights?: TensorLike | null,
    labelSmoothing = 0,
    reduction?: Reduction | null,
  ): Tensor => {
    assertNumber('sigmoidCrossEntropy', 'labelSmoothing', labelSmoothing);
    return weighted('sigmoidCrossEntropy', multiClassLabels, logits, weights, reduction, (y, x) => {
      const labels = labelSmoothing > 0 ? add(mul(y, 1 - labelSmoothing), 0.5 * labelSmoothing) : y;
      return sub(softplus(x), mul(x, labels));
    });
  },
  'binaryCrossentropy',
  { fromLogits: true },
);

/**
 * Cross-entropy of mutually exclusive classes, as one number.
 * @param onehotLabels [batch, classes]
 * @param logits inputs of the softmax
 * @param weights broadcasts to [batch]
 * @param labelSmoothing fraction of each label that is spread over all classes; default 0
 * @throws ShapeError when the shapes disagree
 * @example losses.softmaxCrossEntropy([[1, 0]], [[0, 0]]) // 0.6931
 */
export const softmaxCrossEntropy = /* @__PURE__ */ knownAs(
  (
    onehotLabels: TensorLike,
    logits: TensorLike,
    weights?: TensorLike | null,
    labelSmoothing = 0,
    reduction?: Reduction | null,
  ): Tensor => {
    assertNumber('softmaxCrossEntropy', 'labelSmoothing', labelSmoothing);
    return weighted('softmaxCrossEntropy', onehotLabels, logits, weights, reduction, (y, x) => {
      const classes = y.shape.at(-1) ?? 1;
      const labels = labelSmoothing > 0 ? add(mul(y, 1 - labelSmoothing), labelSmoothing / classes) : y;
      return neg(sum(mul(labels, logSoftmax(x)), -1));
    });
  },
  'categoricalCrossentropy',
  { fromLogits: true },
);
