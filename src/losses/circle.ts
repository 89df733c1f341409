import { ShapeError } from '../base/errors.js';
import { boolean, number } from '../base/options.js';
import { formatShape } from '../base/shape.js';
import { softplus } from '../ops/activations.js';
import { add, maximum, mul, sub } from '../ops/arithmetic.js';
import { cast } from '../ops/cast.js';
import { equal, greater, logicalAnd, logicalNot, where } from '../ops/comparison.js';
import { eye } from '../ops/creation.js';
import { matMul } from '../ops/matmul.js';
import { withoutRecording } from '../ops/op.js';
import { logSumExp } from '../ops/reductions.js';
import { reshape } from '../ops/reshape.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineLoss, type LabelRule } from './define-loss.js';

const OPTIONS = {
  /** Scale; default 80. */
  gamma: number({ above: 0 }).default(80),
  /** How far apart classes are kept; default 0.4. */
  margin: number().default(0.4),
  /** Whether to leave out the pair of a sample with itself; default true. */
  removeDiagonal: boolean().default(true),
};

interface CircleOptions {
  readonly gamma: number;
  readonly margin: number;
  readonly removeDiagonal: boolean;
}

/** Less than the logarithm of any sum; −∞ would give gradients that are NaN. */
const NOTHING = -1e9;

/** Labels are class numbers, of any size. */
const ANY: LabelRule = { kind: 'any' };

function circleLosses(yTrue: Tensor, yPred: Tensor, { gamma, margin, removeDiagonal }: CircleOptions): Tensor {
  const count = yPred.shape[0];
  if (yPred.rank !== 2 || yTrue.size !== count) {
    const [labels, vectors] = [yTrue, yPred].map(({ shape }) => formatShape(shape));
    throw new ShapeError(`circle: yTrue is ${labels} and yPred ${vectors}, expected [batch] and [batch, features]`);
  }
  const labels = cast(yTrue, 'int32');
  const same = equal(reshape(labels, [count, 1]), reshape(labels, [1, count]));
  const pairs = removeDiagonal ? logicalAnd(same, logicalNot(cast(eye(count), 'bool'))) : same;
  const distances = maximum(sub(1, matMul(yPred, yPred, false, true)), 0);
  const near = mul(mul(maximum(add(distances, margin), 0), sub(distances, margin)), gamma);
  const far = mul(mul(maximum(sub(1 + margin, distances), 0), sub(1 - margin, distances)), gamma);
  const pull = logSumExp(where(pairs, near, NOTHING), 1);
  const push = logSumExp(where(same, NOTHING, far), 1);
  return softplus(add(pull, push));
}

/**
 * ln(1 + Σ exp(pull of each sample of the same class) · Σ exp(push of each sample of another)): vectors of a class come
 * together and those of others apart, the farther they are from where they should be, the more. A sample without a
 * partner or without an opponent in the batch does not count.
 * @param yTrue [batch] or [batch, 1], class numbers
 * @param yPred [batch, features], vectors of norm 1
 * @returns one loss per sample, [batch]
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see Sun et al., "Circle Loss", arXiv:2002.10857; keras.losses.circle
 * @example losses.circle(tensor([0, 0, 1]), tensor([[1, 0], [0.6, 0.8], [0, 1]]), { gamma: 2 })
 */
export const circle = /* @__PURE__ */ defineLoss({
  name: 'circle',
  options: OPTIONS,
  labels: () => ANY,
  perSample: circleLosses,
  counted: (yTrue, yPred, options) =>
    withoutRecording(() => cast(greater(circleLosses(yTrue, yPred, options), 0), yPred.dtype)),
});
