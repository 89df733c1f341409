import { ShapeError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { add } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { greater, logicalAnd, notEqual, where } from '../ops/comparison.js';
import { concat, stack } from '../ops/concat.js';
import { range, zeros } from '../ops/creation.js';
import { gather } from '../ops/gather.js';
import { pad } from '../ops/pad.js';
import { logSumExp } from '../ops/reductions.js';
import { expandDims, reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { logSoftmax } from '../ops/softmax.js';
import { transpose } from '../ops/transpose.js';
import { neg } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { defineLoss, type LabelRule } from './define-loss.js';

/** Logarithm of the probability of what cannot be; −∞ would give gradients that are NaN. */
const NEVER = -1e9;

/** Labels are padded with zeros, and their length is not that of the output. */
const ANY: LabelRule = { kind: 'any' };

/** A blank before, between and after labels: [batch, labels] → [batch, 2 · labels + 1]. */
function withBlanks(labels: Tensor): Tensor {
  const [batch, count] = labels.shape;
  const pairs = stack([zeros([batch, count], 'int32'), labels], 2);
  return concat([reshape(pairs, [batch, 2 * count]), zeros([batch, 1], 'int32')], 1);
}

/** Values of the state `by` places before: [batch, states], NEVER where there is none. */
function fromBefore(x: Tensor, by: number): Tensor {
  const [batch, states] = x.shape;
  const padding: [number, number][] = [
    [0, 0],
    [by, 0],
  ];
  return slice(pad(x, padding, NEVER), [0, 0], [batch, states]);
}

/**
 * The forward recursion over all steps.
 * @param emissions [batch, steps, states]
 * @returns [batch, states], logarithms
 */
function forwardVariables(emissions: Tensor, mayJump: Tensor): Tensor {
  const [batch, steps, states] = emissions.shape;
  const at = (step: number) => reshape(slice(emissions, [0, step, 0], [batch, 1, states]), [batch, states]);
  // A path begins with a blank or with the first label.
  const isFirst = greater(2, range(0, states, 1, 'int32'));
  let alphas = where(isFirst, at(0), NEVER);
  for (let step = 1; step < steps; step++) {
    const jumped = where(mayJump, fromBefore(alphas, 2), NEVER);
    alphas = add(logSumExp(stack([alphas, fromBefore(alphas, 1), jumped]), 0), at(step));
  }
  return alphas;
}

/**
 * Connectionist temporal classification: −ln of the probability of all ways to spread a label over the steps, blanks
 * between. Class 0 is the blank. The gradient follows from that of the forward recursion.
 * @param yTrue [batch, labels], class numbers from 1, followed by zeros as padding
 * @param yPred [batch, steps, classes], inputs of a softmax
 * @returns one loss per sample, [batch]; 1e9, without a gradient, where the steps are too few for the label
 * @throws ShapeError when the shapes disagree @throws ValueError when a label is not the number of a class
 * @see Graves et al., "Connectionist Temporal Classification", ICML 2006; keras.losses.ctc
 * @example losses.ctc(tensor([[1, 2]], [1, 2], 'int32'), zeros([1, 4, 3]))
 */
export const ctc = /* @__PURE__ */ defineLoss({
  name: 'ctc',
  options: {},
  labels: () => ANY,
  perSample: (yTrue, yPred) => {
    const [batch] = yPred.shape;
    if (yPred.rank !== 3 || yTrue.rank !== 2 || yTrue.shape[0] !== batch) {
      const [labels, outputs] = [yTrue, yPred].map(({ shape }) => formatShape(shape));
      throw new ShapeError(
        `ctc: yTrue is ${labels} and yPred ${outputs}, expected [batch, labels] and [batch, steps, classes]`,
      );
    }
    const labels = cast(yTrue, 'int32');
    const states = withBlanks(labels);
    const count = states.shape[1];
    const emissions = transpose(gather(transpose(logSoftmax(yPred), [0, 2, 1]), states, 1, 1), [0, 2, 1]);
    // Over a blank, to a label that is not the one before it.
    const before = slice(
      pad(states, [
        [0, 0],
        [2, 0],
      ]),
      [0, 0],
      [batch, count],
    );
    const mayJump = logicalAnd(notEqual(states, 0), notEqual(states, before));
    const alphas = forwardVariables(emissions, mayJump);
    // A path ends with the last label or with the blank after it.
    const end = expandDims(cast(sum(cast(notEqual(labels, 0), 'int32'), 1), 'int32'), 1);
    const place = range(0, count, 1, 'int32');
    const last = add(end, end);
    const isLast = logicalAnd(greater(add(last, 1), place), greater(add(place, 2), last));
    const total = logSumExp(where(isLast, alphas, NEVER), 1);
    return neg(where(greater(total, NEVER / 2), total, NEVER));
  },
});
