import type { NdArray } from 'ndarray';
import { ShapeError, ValueError } from '../base/errors.js';
import { type Given, positiveInteger, readOptions } from '../base/options.js';
import { show } from '../base/show.js';
import { argMaxRows } from '../plots/charts/statistics.js';

const OPTIONS = {
  /** Maximum number of mistakes; default 25. */
  count: positiveInteger().default(25),
};

/** Options of `topLosses`. */
export type TopLossesOptions = Given<typeof OPTIONS>;

/** A misclassified sample. */
export interface Mistake {
  /** Index among the samples. */
  readonly index: number;
  readonly label: number;
  readonly predicted: number;
  /** Probability of the predicted class. */
  readonly confidence: number;
  /** Cross-entropy: −log of the probability of the label. */
  readonly loss: number;
}

/**
 * Return the misclassified samples with the largest losses, largest first: those where the classifier was most
 * confident in a wrong class. Wrong labels are often among them. A loss of NaN counts as the largest.
 * @param probabilities [count, classes], the output of a softmax
 * @param labels [count]
 * @throws ValueError when an option is unknown or wrong @throws ShapeError when the numbers of rows and labels differ
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
      `topLosses: probabilities are [${probabilities.shape}] with ${labels.length} labels, expected ` +
        `[${labels.length}, classes]`,
    );
  }
  const predictions = argMaxRows(probabilities.data, classes);
  const mistakes: Mistake[] = [];
  for (let index = 0; index < rows; index++) {
    const label = labels[index];
    const predicted = predictions[index];
    if (predicted === label) continue;
    const probabilityOf = (column: number) => Number(probabilities.data[index * classes + column]);
    // Keras clips probabilities at 1e-7 before the logarithm too.
    const loss = -Math.log(Math.max(probabilityOf(label), 1e-7));
    mistakes.push({ index, label, predicted, confidence: probabilityOf(predicted), loss });
  }
  const severity = ({ loss }: Mistake) => (Number.isNaN(loss) ? Infinity : loss);
  return mistakes
    .sort((a, b) => severity(b) - severity(a) || b.confidence - a.confidence || a.index - b.index)
    .slice(0, count);
}
