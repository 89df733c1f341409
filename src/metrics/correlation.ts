import { alignLabels, predictionsOf } from '../losses/align-labels.js';
import { EPSILON } from '../losses/define-loss.js';
import { add, div, mul, squaredDifference, sub } from '../ops/arithmetic.js';
import { mean } from '../ops/reductions.js';
import { sqrt, square } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** Mean, spread around it and deviations along an axis. */
function moments(x: Tensor, axis: number) {
  const center = mean(x, axis, true);
  const deviations = sub(x, center);
  return { center, deviations, variance: mean(square(deviations), axis, true) };
}

/**
 * Pearson's correlation of labels and predictions along an axis, in [−1, 1].
 * @param axis default −1
 * @returns one number per sample, without the axis
 * @throws ShapeError
 * @see keras.metrics.pearson_correlation
 * @example metrics.pearsonCorrelation(tensor([[0, 1, 0.5]]), tensor([[0.1, 0.9, 0.5]])) // [1]
 */
export function pearsonCorrelation(yTrue: Tensor, yPred: Tensor, axis = -1): Tensor {
  return tidy(() => {
    const predictions = predictionsOf('pearsonCorrelation', yPred);
    const labels = alignLabels('pearsonCorrelation', yTrue, predictions);
    const [a, b] = [moments(labels, axis), moments(predictions, axis)].map(({ deviations, variance }) =>
      div(deviations, add(sqrt(variance), EPSILON)),
    );
    return mean(mul(a, b), axis);
  });
}

/**
 * The concordance of labels and predictions along an axis, in [−1, 1]: 1 where they are equal, not only in proportion.
 * @param axis default −1
 * @returns one number per sample, without the axis
 * @throws ShapeError
 * @see Lin, Biometrics 45 (1989); keras.metrics.concordance_correlation
 * @example metrics.concordanceCorrelation(tensor([[0, 1, 0.5]]), tensor([[0.1, 0.9, 0.5]])) // [0.9756]
 */
export function concordanceCorrelation(yTrue: Tensor, yPred: Tensor, axis = -1): Tensor {
  return tidy(() => {
    const predictions = predictionsOf('concordanceCorrelation', yPred);
    const a = moments(alignLabels('concordanceCorrelation', yTrue, predictions), axis);
    const b = moments(predictions, axis);
    const together = mul(a.deviations, b.deviations);
    const apart = add(add(a.variance, b.variance), squaredDifference(a.center, b.center));
    return mean(div(mul(together, 2), add(apart, EPSILON)), axis);
  });
}
