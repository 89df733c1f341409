import { ShapeError, ValueError } from '../../base/errors.js';

/** Precision, recall and F1 of one class. */
export interface ClassScore {
  /** Of those taken for the class, the share that is it; NaN when none was. */
  precision: number;
  /** Of those that are the class, the share that was found; NaN when there are none. */
  recall: number;
  /** 2 · right / (taken for the class + is the class), the harmonic mean of both; NaN when there are neither. */
  f1: number;
  /** How many are the class. */
  support: number;
}

/** One class against all others, at every threshold. */
export interface RocCurve {
  /** Share of the others that is taken for the class, ascending from 0 to 1. */
  falsePositiveRate: number[];
  /** Share of the class that is found, at the same thresholds. */
  truePositiveRate: number[];
  /** Area under the curve: the chance that one of the class scores above one of the others, ties counted half. */
  auc: number;
}

/**
 * Counts predictions: row is the true class, column the predicted one.
 * @param labels true class of each image
 * @param predicted predicted class of each image
 * @throws ShapeError when the lengths differ; ValueError when a label is not a class
 * @example const counts = confusionCounts(labels, argMaxRows(probabilities, 10), 10)
 */
export function confusionCounts(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number[][] {
  if (labels.length !== predicted.length) {
    throw new ShapeError(`confusionCounts: ${labels.length} labels, but ${predicted.length} predictions`);
  }
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  for (let i = 0; i < labels.length; i++) {
    const [row, column] = [labels[i], predicted[i]];
    if (counts[row]?.[column] === undefined) {
      throw new ValueError(`confusionCounts: image ${i} is ${row}, taken for ${column}; expected 0 to ${classes - 1}`);
    }
    counts[row][column]++;
  }
  return counts;
}

/**
 * Precision, recall and F1 of each class.
 * @param counts rows of true classes, as `confusionCounts` gives
 * @example const [{ precision, recall }] = classScores(confusionCounts(labels, predicted, 10))
 */
export function classScores(counts: readonly (readonly number[])[]): ClassScore[] {
  return counts.map((row, label) => {
    const support = sum(row);
    const taken = sum(counts.map((other) => other[label]));
    const right = row[label];
    return { precision: right / taken, recall: right / support, f1: (2 * right) / (taken + support), support };
  });
}

/** Share of the predictions that are right; NaN without any. @example accuracyOf([[3, 1], [0, 4]]) // 0.875 */
export function accuracyOf(counts: readonly (readonly number[])[]): number {
  return sum(counts.map((row, label) => row[label])) / sum(counts.map(sum));
}

/**
 * The largest column of each row, the first of equals.
 * @param scores [count, classes], row after row
 * @example const predicted = argMaxRows(probabilities, 10)
 */
export function argMaxRows(scores: ArrayLike<number>, classes: number): Int32Array {
  const rows = new Int32Array(scores.length / classes);
  for (let row = 0; row < rows.length; row++) {
    for (let column = 1; column < classes; column++) {
      if (scores[row * classes + column] > scores[row * classes + rows[row]]) rows[row] = column;
    }
  }
  return rows;
}

/**
 * The curve of true over false positives, and its area.
 * @param positive for each image, whether it is the class
 * @param scores for each image, how much it looks like the class
 * @throws ValueError when there is nothing of the class, nothing else, or a score is NaN
 * @see Fawcett, "An introduction to ROC analysis", 2006, algorithm 1
 * @example const { auc } = rocCurve([true, false], [0.9, 0.2])
 */
export function rocCurve(positive: ArrayLike<boolean>, scores: ArrayLike<number>): RocCurve {
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
    // Equal scores fall together: no threshold parts them.
    if (scores[order[rank + 1]] === scores[i]) continue;
    const [x, y] = [wrong / negatives, found / positives];
    const width = x - (curve.falsePositiveRate.at(-1) ?? 0);
    curve.auc += (width * (y + (curve.truePositiveRate.at(-1) ?? 0))) / 2;
    curve.falsePositiveRate.push(x);
    curve.truePositiveRate.push(y);
  }
  return curve;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
