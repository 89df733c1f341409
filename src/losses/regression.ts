import { ValueError } from '../base/errors.js';
import { softplus } from '../ops/activations.js';
import { add, div, maximum, mul, squaredDifference, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { lessEqual, where } from '../ops/comparison.js';
import { mean } from '../ops/reductions.js';
import { abs, log, neg, rsqrt, square } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels, EPSILON } from './loss.js';

/**
 * Mean over the last axis of (yTrue − yPred)².
 * @param yTrue [batch, …]
 * @param yPred shaped as yTrue
 * @returns one loss a sample, the last axis gone
 * @throws ShapeError when the shapes disagree
 * @example meanSquaredError(tensor([[0, 1]]), tensor([[1, 1]])) // [0.5]
 */
export function meanSquaredError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => mean(squaredDifference(yPred, alignLabels('meanSquaredError', yTrue, yPred)), -1));
}

/**
 * Mean over the last axis of |yTrue − yPred|. See `meanSquaredError`.
 * @throws ShapeError
 * @example meanAbsoluteError(tensor([[0, 1]]), tensor([[1, 3]])) // [1.5]
 */
export function meanAbsoluteError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => mean(abs(sub(yPred, alignLabels('meanAbsoluteError', yTrue, yPred))), -1));
}

/**
 * 100 · mean over the last axis of |(yTrue − yPred) / yTrue|, with |yTrue| at least 1e-7.
 * @throws ShapeError
 * @example meanAbsolutePercentageError(tensor([[2, 4]]), tensor([[3, 4]])) // [25]
 */
export function meanAbsolutePercentageError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const labels = alignLabels('meanAbsolutePercentageError', yTrue, yPred);
    return mul(mean(div(abs(sub(labels, yPred)), maximum(abs(labels), EPSILON)), -1), 100);
  });
}

/**
 * Mean over the last axis of (ln(1 + yTrue) − ln(1 + yPred))²; values below 1e-7 count as 1e-7.
 * @throws ShapeError
 * @example meanSquaredLogarithmicError(tensor([[0, 1]]), tensor([[1, 1]])) // [0.2402]
 */
export function meanSquaredLogarithmicError(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const labels = alignLabels('meanSquaredLogarithmicError', yTrue, yPred);
    const logarithm = (x: Tensor) => log(add(maximum(x, EPSILON), 1));
    return mean(squaredDifference(logarithm(yPred), logarithm(labels)), -1);
  });
}

/**
 * Mean over the last axis of ½e² where |e| ≤ delta, and delta · |e| − ½ delta² beyond, e = yTrue − yPred.
 * @param options.delta where the square gives way to the straight line, default 1
 * @throws ShapeError @throws ValueError when delta is not positive
 * @see Huber, "Robust estimation of a location parameter", 1964
 * @example huber(tensor([[0, 0]]), tensor([[1, 3]])) // [1.5]
 */
export function huber(yTrue: Tensor, yPred: Tensor, { delta = 1 }: { readonly delta?: number } = {}): Tensor {
  if (!(delta > 0)) throw new ValueError(`huber: delta is ${delta}, expected a positive number`);
  return tidy(() => {
    const error = sub(yPred, alignLabels('huber', yTrue, yPred));
    const size = abs(error);
    const line = sub(mul(size, delta), 0.5 * delta * delta);
    return mean(where(lessEqual(size, delta), mul(square(error), 0.5), line), -1);
  });
}

/**
 * Mean over the last axis of ln cosh(yPred − yTrue): ½e² near zero, |e| − ln 2 far away.
 * @throws ShapeError
 * @example logCosh(tensor([[0, 0]]), tensor([[0, 1]])) // [0.2169]
 */
export function logCosh(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const error = sub(yPred, alignLabels('logCosh', yTrue, yPred));
    // ln cosh e = e + ln(1 + e^(−2e)) − ln 2, which does not overflow.
    return mean(sub(add(error, softplus(mul(error, -2))), Math.LN2), -1);
  });
}

/** x over its Euclidean norm along the last axis, the norm held at 1e-7 or more: under the root, whose slope at 0 is infinite. */
function unit(x: Tensor): Tensor {
  return mul(x, rsqrt(maximum(sum(square(x), -1, true), EPSILON ** 2)));
}

/**
 * −cos of the angle between yTrue and yPred along the last axis: −1 where they point the same way.
 * @throws ShapeError
 * @example cosineSimilarity(tensor([[1, 0]]), tensor([[1, 1]])) // [-0.7071]
 */
export function cosineSimilarity(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => neg(sum(mul(unit(alignLabels('cosineSimilarity', yTrue, yPred)), unit(yPred)), -1)));
}
