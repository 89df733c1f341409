import { boolean, fraction, integer, number } from '../base/options.js';
import { sigmoid } from '../ops/activations.js';
import { add, div, maximum, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { pow } from '../ops/power.js';
import { mean } from '../ops/reductions.js';
import { softmax } from '../ops/softmax.js';
import { clipByValue, log, neg } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { alignLabels } from './align-labels.js';
import { defineLoss, EPSILON, probabilities } from './define-loss.js';
import { smoothLabels, withLast } from './label-axes.js';

/** (1 − p)^gamma: small where p is right. The base is at least 1e-7, because the slope of a root is infinite at 0. */
const modulation = (p: Tensor, gamma: number): Tensor => pow(maximum(sub(1, p), EPSILON), gamma);

const clipped = (p: Tensor): Tensor => clipByValue(p, EPSILON, 1 - EPSILON);

const alpha = () => number({ min: 0 }).default(0.25);
const gamma = () => number({ min: 0 }).default(2);
const fromLogits = () => boolean().default(false);
const labelSmoothing = () => fraction().default(0);
const axis = () => integer().default(-1);

/**
 * Binary cross-entropy times (1 − p)^gamma, p the probability of the true class, averaged over an axis: samples that
 * are right
 * already weighs little.
 * @param yTrue [batch, …], values in [0, 1]
 * @param yPred shaped as yTrue
 * @returns one loss per sample, without the axis
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see Lin et al., "Focal Loss for Dense Object Detection", arXiv:1708.02002; keras.losses.binary_focal_crossentropy
 * @example losses.binaryFocalCrossentropy(tensor([[0, 1]]), tensor([[0.6, 0.4]])) // [0.3299]
 */
export const binaryFocalCrossentropy = /* @__PURE__ */ defineLoss({
  name: 'binaryFocalCrossentropy',
  options: {
    /** Whether class 1 is weighted by alpha and class 0 by 1 − alpha; default false. */
    applyClassBalancing: boolean().default(false),
    /** Weight of class 1 with applyClassBalancing; default 0.25. */
    alpha: alpha(),
    /** How much predictions that are right lose weight; default 2. */
    gamma: gamma(),
    /** Whether yPred is the input of the sigmoid; default false: probabilities. */
    fromLogits: fromLogits(),
    /** How far labels move towards ½, in [0, 1]; default 0. */
    labelSmoothing: labelSmoothing(),
    /** The axis of the mean; default −1. */
    axis: axis(),
  },
  labels: probabilities,
  perSample: (yTrue, yPred, { applyClassBalancing, alpha, gamma, fromLogits, labelSmoothing, axis }) => {
    const labels = smoothLabels(alignLabels('binaryFocalCrossentropy', yTrue, yPred), labelSmoothing, 2);
    const p = fromLogits ? sigmoid(yPred) : yPred;
    const ofZero = sub(1, labels);
    const inside = clipped(p);
    const crossentropy = neg(add(mul(labels, log(inside)), mul(ofZero, log(sub(1, inside)))));
    const right = add(mul(labels, p), mul(ofZero, sub(1, p)));
    const focal = mul(modulation(right, gamma), crossentropy);
    if (!applyClassBalancing) return mean(focal, axis);
    return mean(mul(add(mul(labels, alpha), mul(ofZero, 1 - alpha)), focal), axis);
  },
});

/**
 * Categorical cross-entropy, each class times alpha · (1 − p)^gamma.
 * @param yTrue [batch, …, classes], one-hot or a distribution
 * @param yPred shaped as yTrue
 * @returns one loss per sample, [batch, …]
 * @throws ShapeError when the shapes disagree @throws ValueError when an option is unknown or out of range
 * @see Lin et al., "Focal Loss for Dense Object Detection", arXiv:1708.02002;
 * keras.losses.categorical_focal_crossentropy
 * @example losses.categoricalFocalCrossentropy(tensor([[0, 1, 0]]), tensor([[0.05, 0.9, 0.05]])) // [0.0003]
 */
export const categoricalFocalCrossentropy = /* @__PURE__ */ defineLoss({
  name: 'categoricalFocalCrossentropy',
  options: {
    /** Weight of the loss; default 0.25. */
    alpha: alpha(),
    /** How much predictions that are right lose weight; default 2. */
    gamma: gamma(),
    /** Whether yPred is the input of the softmax; default false: probabilities. */
    fromLogits: fromLogits(),
    /** Fraction of each label that is spread evenly over all classes, in [0, 1]; default 0. */
    labelSmoothing: labelSmoothing(),
    /** The axis of the classes; default −1. */
    axis: axis(),
  },
  labels: probabilities,
  perSample: (yTrue, yPred, { alpha, gamma, fromLogits, labelSmoothing, axis }) => {
    const caller = 'categoricalFocalCrossentropy';
    const given = withLast(caller, alignLabels(caller, yTrue, yPred), axis);
    const outputs = withLast(caller, yPred, axis);
    const labels = smoothLabels(given, labelSmoothing, outputs.shape.at(-1) ?? 1);
    const probabilities = fromLogits ? softmax(outputs) : outputs;
    const p = clipped(div(probabilities, sum(probabilities, -1, true)));
    const crossentropy = neg(mul(labels, log(p)));
    return sum(mul(mul(modulation(p, gamma), alpha), crossentropy), -1);
  },
});
