import { alignLabels, predictionsOf } from '../losses/align-labels.js';
import { knownMetric } from '../metrics/registry.js';
import { divNoNan, squaredDifference, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { equal, logicalAnd } from '../ops/comparison.js';
import { mean } from '../ops/reductions.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/*
 * The namespace `metrics`: Keras's metrics, and tfjs's functions of (yTrue, yPred), which return one number per sample
 * or a scalar.
 */

export { binaryCrossentropy, categoricalCrossentropy } from '../losses/crossentropy.js';
export {
  cosineSimilarity as cosineProximity,
  meanAbsoluteError,
  meanAbsolutePercentageError,
  meanAbsolutePercentageError as MAPE,
  meanAbsolutePercentageError as mape,
  meanSquaredError,
  meanSquaredError as MSE,
  meanSquaredError as mse,
} from '../losses/regression.js';
export * from '../metrics/index.js';

const ones = (x: Tensor): Tensor => equal(x, 1);
const count = (condition: Tensor): Tensor => sum(cast(condition, 'float32'));

/**
 * Precision, as a scalar: the fraction of the ones in yPred that are also 1 in yTrue; 0 if yPred has none.
 * @param yPred 0 and 1
 * @example metrics.precision(tensor([[1, 0]]), tensor([[1, 1]])) // 0.5
 */
export const precision = /* @__PURE__ */ knownMetric('max', (yTrue: Tensor, yPred: Tensor): Tensor => {
  return tidy(() => divNoNan(count(logicalAnd(ones(yTrue), ones(yPred))), count(ones(yPred))));
});

/**
 * Recall, as a scalar: the fraction of the ones in yTrue that are also 1 in yPred; 0 if yTrue has none.
 * @param yPred 0 and 1
 * @example metrics.recall(tensor([[1, 1]]), tensor([[1, 0]])) // 0.5
 */
export const recall = /* @__PURE__ */ knownMetric('max', (yTrue: Tensor, yPred: Tensor): Tensor => {
  return tidy(() => divNoNan(count(logicalAnd(ones(yTrue), ones(yPred))), count(ones(yTrue))));
});

/**
 * The coefficient of determination, 1 − Σ(yTrue − yPred)² / Σ(yTrue − mean)², as a scalar; 1 if yTrue is constant.
 * @throws ShapeError when the shapes disagree
 * @example metrics.r2Score(tensor([[1], [2], [3]]), tensor([[1], [2], [4]])) // 0.5
 */
export const r2Score = /* @__PURE__ */ knownMetric('max', (yTrue: Tensor, yPred: Tensor): Tensor => {
  return tidy(() => {
    const predictions = predictionsOf('r2Score', yPred);
    const labels = alignLabels('r2Score', yTrue, predictions);
    const spread = sum(squaredDifference(labels, mean(labels)));
    return sub(1, divNoNan(sum(squaredDifference(labels, predictions)), spread));
  });
});
