import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { softplus } from '../ops/activations.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { oneHot } from '../ops/creation.js';
import { mean } from '../ops/reductions.js';
import { squeeze } from '../ops/reshape.js';
import { logSoftmax } from '../ops/softmax.js';
import { clipByValue, log, neg } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels, EPSILON } from './loss.js';

export interface CrossentropyOptions {
  /** Default false: yPred holds probabilities. True: what goes into softmax or sigmoid. */
  readonly fromLogits?: boolean;
}

export interface SmoothedCrossentropyOptions extends CrossentropyOptions {
  /** Share of each label that is spread evenly over all classes, in [0, 1]; default 0. */
  readonly labelSmoothing?: number;
}

function assertSmoothing(loss: string, labelSmoothing: number): void {
  if (!(labelSmoothing >= 0 && labelSmoothing <= 1)) {
    throw new ValueError(`${loss}: labelSmoothing is ${labelSmoothing}, expected a number in [0, 1]`);
  }
}

/** yTrue · (1 − s) + s / classes */
function smooth(labels: Tensor, labelSmoothing: number, classes: number): Tensor {
  return labelSmoothing === 0 ? labels : add(mul(labels, 1 - labelSmoothing), labelSmoothing / classes);
}

/** ln of probabilities that were brought back to a sum of 1 and held away from 0 and 1, as Keras does. */
function logProbabilities(probabilities: Tensor): Tensor {
  return log(clipByValue(div(probabilities, sum(probabilities, -1, true)), EPSILON, 1 - EPSILON));
}

/** −Σ labels · ln softmax over the last axis. */
function crossentropy(labels: Tensor, yPred: Tensor, fromLogits: boolean): Tensor {
  return neg(sum(mul(labels, fromLogits ? logSoftmax(yPred) : logProbabilities(yPred)), -1));
}

/**
 * −Σ yTrue · ln yPred over the last axis.
 * @param yTrue [batch, …, classes], one-hot or a distribution
 * @param yPred shaped as yTrue
 * @returns one loss a sample, [batch, …]
 * @throws ShapeError when the shapes disagree @throws ValueError when labelSmoothing is out of range
 * @example categoricalCrossentropy(tensor([[0, 1]]), tensor([[0.5, 0.5]])) // [0.6931]
 */
export function categoricalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  { fromLogits = false, labelSmoothing = 0 }: SmoothedCrossentropyOptions = {},
): Tensor {
  assertSmoothing('categoricalCrossentropy', labelSmoothing);
  return tidy(() => {
    const labels = smooth(
      alignLabels('categoricalCrossentropy', yTrue, yPred),
      labelSmoothing,
      yPred.shape.at(-1) ?? 1,
    );
    return crossentropy(labels, yPred, fromLogits);
  });
}

/**
 * −ln yPred[yTrue]: the categorical cross-entropy for labels given as class numbers.
 * @param yTrue [batch, …] or [batch, …, 1], integers from 0 to classes − 1
 * @param yPred [batch, …, classes]
 * @returns one loss a sample, [batch, …]
 * @throws ShapeError when the shapes disagree
 * @example sparseCategoricalCrossentropy(tensor([1], [1], 'int32'), tensor([[0.5, 0.5]])) // [0.6931]
 */
export function sparseCategoricalCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  { fromLogits = false }: CrossentropyOptions = {},
): Tensor {
  return tidy(() => {
    const labels = classNumbers('sparseCategoricalCrossentropy', yTrue, yPred);
    return crossentropy(oneHot(labels, yPred.shape.at(-1)!, 1, 0, yPred.dtype), yPred, fromLogits);
  });
}

/**
 * Class numbers as int32, shaped as yPred without its last axis.
 * @throws ShapeError naming the loss or metric, when the shapes disagree
 */
export function classNumbers(caller: string, yTrue: Tensor, yPred: Tensor): Tensor {
  const extra = yTrue.rank === yPred.rank && yTrue.shape.at(-1) === 1;
  const labels = extra ? squeeze(yTrue, [yTrue.rank - 1]) : yTrue;
  const expected = yPred.shape.slice(0, -1);
  if (yPred.rank === 0 || !sameShape(labels.shape, expected)) {
    throw new ShapeError(
      `${caller}: yTrue is ${formatShape(yTrue.shape)}, expected ${formatShape(expected)} for yPred ${formatShape(yPred.shape)}`,
    );
  }
  return cast(labels, 'int32');
}

/**
 * Mean over the last axis of −yTrue · ln yPred − (1 − yTrue) · ln(1 − yPred).
 * @param yTrue [batch, …], values in [0, 1]
 * @param yPred shaped as yTrue
 * @returns one loss a sample, the last axis gone
 * @throws ShapeError when the shapes disagree @throws ValueError when labelSmoothing is out of range
 * @example binaryCrossentropy(tensor([[1]]), tensor([[0.5]])) // [0.6931]
 */
export function binaryCrossentropy(
  yTrue: Tensor,
  yPred: Tensor,
  { fromLogits = false, labelSmoothing = 0 }: SmoothedCrossentropyOptions = {},
): Tensor {
  assertSmoothing('binaryCrossentropy', labelSmoothing);
  return tidy(() => {
    const labels = smooth(alignLabels('binaryCrossentropy', yTrue, yPred), labelSmoothing, 2);
    // −z ln σ(x) − (1 − z) ln(1 − σ(x)) = ln(1 + eˣ) − x z
    if (fromLogits) return mean(sub(softplus(yPred), mul(yPred, labels)), -1);
    const p = clipByValue(yPred, EPSILON, 1 - EPSILON);
    return mean(neg(add(mul(labels, log(p)), mul(sub(1, labels), log(sub(1, p))))), -1);
  });
}
