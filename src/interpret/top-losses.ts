import type { NdArray } from 'ndarray';
import { ShapeError, ValueError } from '../base/errors.js';
import { type Given, positiveInteger, readOptions } from '../base/options.js';
import { show } from '../base/show.js';

const OPTIONS = {
  /** How many at most; default 25. */
  count: positiveInteger().default(25),
};

/** Options of `topLosses`. */
export type TopLossesOptions = Given<typeof OPTIONS>;

/** A sample that a classifier took for another class. */
export interface Mistake {
  /** Its number among the samples. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the class that was predicted. */
  readonly confidence: number;
  /** Cross-entropy: −log of the probability of the label. */
  readonly loss: number;
}

/**
 * List the mistakes with the largest losses: where the classifier was surest of the wrong class. Wrong labels are often
 * among them.
 * @param probabilities [count, classes], as a softmax gives them
 * @param labels [count]
 * @throws ValueError when an option is unknown or wrong @throws ShapeError when there are not as many labels
 * @example const worst = interpret.topLosses(probabilities, labels, { count: 10 })
 */
export function topLosses(
  probabilities: NdArray<Float32Array> | { data: ArrayLike<number>; shape: readonly number[] },
  labels: ArrayLike<number>,
  options: TopLossesOptions = {},
): Mistake[] {
  const { count } = readOptions('topLosses', OPTIONS, options);
  if (!Array.isArray(probabilities?.shape) || typeof probabilities.data !== 'object') {
    throw new ValueError(`topLosses: probabilities are ${show(probabilities)}, expected data with a shape`);
  }
  if (!Number.isInteger(labels?.length)) throw new ValueError(`topLosses: labels are ${show(labels)}, expected a list`);
  const [rows, classes] = probabilities.shape;
  if (probabilities.shape.length !== 2 || labels.length !== rows) {
    throw new ShapeError(
      `topLosses: probabilities are [${probabilities.shape}] with ${labels.length} labels, expected [${labels.length}, classes]`,
    );
  }
  const mistakes: Mistake[] = [];
  for (let index = 0; index < rows; index++) {
    const row = Array.from({ length: classes }, (_, each) => Number(probabilities.data[index * classes + each]));
    const predicted = row.indexOf(Math.max(...row));
    const label = labels[index];
    // As Keras clips probabilities before the logarithm.
    if (predicted !== label) {
      mistakes.push({
        index,
        label,
        predicted,
        confidence: row[predicted],
        loss: -Math.log(Math.max(row[label], 1e-7)),
      });
    }
  }
  return mistakes.sort((a, b) => b.loss - a.loss || b.confidence - a.confidence || a.index - b.index).slice(0, count);
}
