import { anyOf, integer, listOf, number } from '../base/options.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { alignLabels } from './align-labels.js';
import { defineLoss, EPSILON, probabilities } from './define-loss.js';

const axis = () => anyOf(integer(), listOf(integer())).nullable().default(null);

/**
 * 1 − 2 Σ yTrue · yPred / (Σ yTrue + Σ yPred), the part of two regions that does not overlap.
 * @param yTrue any shape, values in [0, 1]
 * @param yPred shaped as yTrue
 * @returns one loss for all values, or one for each place of the axes that are not summed
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or an axis does not exist
 * @see Milletari et al., "V-Net", arXiv:1606.04797; keras.losses.dice
 * @example losses.dice(tensor([[1, 0]]), tensor([[0.5, 0.5]]), { axis: -1 }) // [0.5]
 */
export const dice = /* @__PURE__ */ defineLoss({
  name: 'dice',
  options: {
    /** The axes of a region: `[1, 2, 3]` gives one loss for each image. Default null: all axes, the batch included. */
    axis: axis(),
  },
  labels: probabilities,
  perSample: (yTrue, yPred, { axis }) => {
    const labels = alignLabels('dice', yTrue, yPred);
    const overlap = mul(sum(mul(labels, yPred), axis), 2);
    return sub(1, div(overlap, add(add(sum(labels, axis), sum(yPred, axis)), EPSILON)));
  },
});

/**
 * 1 − T / (T + alpha · Σ yTrue · (1 − yPred) + beta · Σ yPred · (1 − yTrue)), T = Σ yTrue · yPred: the Dice loss with
 * weights for false negatives and false positives. With both ½ it is the Dice loss.
 * @param yTrue any shape, values in [0, 1]
 * @param yPred shaped as yTrue
 * @returns one loss for all values, or one for each place of the axes that are not summed
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or an axis does not exist
 * @see Salehi et al., arXiv:1706.05721; keras.losses.tversky, whose code weights these two so
 * @example losses.tversky(tensor([[1, 0]]), tensor([[0.5, 0.5]]), { axis: -1 }) // [0.5]
 */
export const tversky = /* @__PURE__ */ defineLoss({
  name: 'tversky',
  options: {
    /** Weight of false negatives; default 0.5. */
    alpha: number().default(0.5),
    /** Weight of false positives; default 0.5. */
    beta: number().default(0.5),
    /** The axes of a region: `[1, 2, 3]` gives one loss for each image. Default null: all axes, the batch included. */
    axis: axis(),
  },
  labels: probabilities,
  perSample: (yTrue, yPred, { alpha, beta, axis }) => {
    const labels = alignLabels('tversky', yTrue, yPred);
    const overlap = sum(mul(labels, yPred), axis);
    const missed = sum(mul(labels, sub(1, yPred)), axis);
    const wrong = sum(mul(yPred, sub(1, labels)), axis);
    return sub(1, div(overlap, add(add(add(overlap, mul(missed, alpha)), mul(wrong, beta)), EPSILON)));
  },
});
