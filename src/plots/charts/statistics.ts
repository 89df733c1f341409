import { isTypedArray } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { accept, positiveInteger } from '../../base/option.js';
import { COUNTS, NUMBERS } from './arguments.js';

/** Precision, recall and F1 of one class. */
export interface ClassScore {
  /** Fraction of the predictions of the class that are right; NaN if there are none. */
  precision: number;
  /** Fraction of the class that was predicted as such; NaN if the class does not occur. */
  recall: number;
  /** Harmonic mean of precision and recall: 2 · right / (predicted + true); NaN if there are neither. */
  f1: number;
  /** Number of samples of the class. */
  support: number;
}

/** One class against all others, at every threshold. */
export interface RocCurve {
  /** False positive rates, ascending from 0 to 1. */
  falsePositiveRate: number[];
  /** True positive rates at the same thresholds. */
  truePositiveRate: number[];
  /** Area under the curve: the probability that a sample of the class scores higher than another, ties counted half. */
  auc: number;
}

/**
 * Count predictions: rows are true classes, columns predicted classes.
 * @param labels true class of each image
 * @param predicted predicted class of each image
 * @throws ShapeError when the lengths differ @throws ValueError when a label is not a class
 * @example const counts = confusionCounts(labels, argMaxRows(probabilities, 10), 10)
 */
export function confusionCounts(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  NUMBERS.check('confusionCounts', 'labels', labels);
  NUMBERS.check('confusionCounts', 'predicted', predicted);
  CLASSES.check('confusionCounts', 'classes', classes);
  if (labels.length !== predicted.length) {
    throw new ShapeError(`confusionCounts: ${labels.length} labels, but ${predicted.length} predictions`);
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const [row, column] = [labels[i], predicted[i]];
    if (counts[row]?.[column] === undefined) {
      throw new ValueError(
        `confusionCounts: image ${i} has label ${row} and prediction ${column}, expected 0 to ${classes - 1}`,
      );
    }
    counts[row][column]++;
  }
  return counts;
}

/**
 * Return precision, recall and F1 of each class.
 * @param counts as `confusionCounts` returns: rows are true classes
 * @throws ValueError when the counts are no lists of numbers @throws ShapeError when they are not square
 * @example const [{ precision, recall }] = classScores(confusionCounts(labels, predicted, 10))
 */
export function classScores(counts: readonly (readonly number[])[]): ClassScore[] {
  return squareCounts('classScores', counts).map((row, label) => {
    const support = sum(row);
    const taken = sum(counts.map((other) => other[label]));
    const right = row[label];
    return { precision: right / taken, recall: right / support, f1: (2 * right) / (taken + support), support };
  });
}

/**
 * Return the fraction of predictions that are right; NaN if there are none.
 * @throws ValueError when the counts are no lists of numbers @throws ShapeError when they are not square
 * @example accuracyOf([[3, 1], [0, 4]]) // 0.875
 */
export function accuracyOf(counts: readonly (readonly number[])[]): number {
  const square = squareCounts('accuracyOf', counts);
  return sum(square.map((row, label) => row[label])) / sum(square.map(sum));
}

/**
 * Return the index of the largest column of each row, the first one on ties.
 * @param scores [count, classes] in row-major order
 * @throws ValueError when the scores are no numbers @throws ShapeError when they do not fill rows
 * @example const predicted = argMaxRows(probabilities, 10)
 */
export function argMaxRows(scores: ArrayLike<number>, classes: number): Int32Array {
  NUMBERS.check('argMaxRows', 'scores', scores);
  CLASSES.check('argMaxRows', 'classes', classes);
  if (scores.length % classes !== 0) {
    throw new ShapeError(`argMaxRows: ${scores.length} scores, expected a multiple of ${classes} classes`);
  }
  const rows = new Int32Array(scores.length / classes);
  for (let row = 0; row < rows.length; row++) {
    for (let column = 1; column < classes; column++) {
      if (scores[row * classes + column] > scores[row * classes + rows[row]]) rows[row] = column;
    }
  }
  return rows;
}

/**
 * Return the ROC curve, true over false positive rates, and its area.
 * @param positive whether each image is of the class
 * @param scores the class's score of each image
 * @throws ValueError when all images or none are of the class, or a score is NaN @throws ShapeError when the lengths
 * differ
 * @see Fawcett, "An introduction to ROC analysis", 2006, algorithm 1
 * @example const { auc } = rocCurve([true, false], [0.9, 0.2])
 */
export function rocCurve(positive: ArrayLike<boolean>, scores: ArrayLike<number>): RocCurve {
  NUMBERS.check('rocCurve', 'scores', scores);
  POSITIVE.check('rocCurve', 'positive', positive);
  if (positive.length !== scores.length) {
    throw new ShapeError(`rocCurve: ${positive.length} classes, but ${scores.length} scores`);
  }
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b] - scores[a]);
  const positives = order.reduce((count, i) => count + (positive[i] ? 1 : 0), 0);
  const negatives = order.length - positives;
  if (positives === 0 || negatives === 0 || order.some((i) => Number.isNaN(scores[i]))) {
    throw new ValueError(`rocCurve: ${positives} of the class and ${negatives} others, expected both, with scores`);
  }
  const curve: RocCurve = { falsePositiveRate: [0], truePositiveRate: [0], auc: 0 };
  let [found, wrong] = [0, 0];
  for (let rank = 0; rank < order.length; rank++) {
    const i = order[rank];
    if (positive[i]) found++;
    else wrong++;
    // Equal scores are one point: no threshold separates them.
    if (scores[order[rank + 1]] === scores[i]) continue;
    const [x, y] = [wrong / negatives, found / positives];
    const width = x - (curve.falsePositiveRate.at(-1) ?? 0);
    curve.auc += (width * (y + (curve.truePositiveRate.at(-1) ?? 0))) / 2;
    curve.falsePositiveRate.push(x);
    curve.truePositiveRate.push(y);
  }
  return curve;
}

const CLASSES = positiveInteger();
const POSITIVE = accept<ArrayLike<boolean>>('an array', (value) => Array.isArray(value) || isTypedArray(value));

/** @throws ShapeError when they are not square */
function squareCounts(caller: string, counts: readonly (readonly number[])[]): readonly (readonly number[])[] {
  const rows = COUNTS.check(caller, 'counts', counts);
  const odd = rows.findIndex((row) => row.length !== rows.length);
  if (odd < 0) return rows;
  throw new ShapeError(
    `${caller}: counts has ${rows.length} rows, row ${odd} has ${rows[odd].length}, expected as many`,
  );
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
