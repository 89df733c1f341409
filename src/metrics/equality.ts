import { configOf, type Given, readOptions, string } from '../base/options.js';
import { alignLabels, predictionsOf } from '../losses/align-labels.js';
import { cast } from '../ops/cast.js';
import { equal } from '../ops/comparison.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { MeanMetric } from './mean-metric.js';

const OPTIONS = {
  /** In logs; default `accuracy`. */
  name: string().default('accuracy'),
};

export type AccuracyOptions = Given<typeof OPTIONS>;

/** 1 where a prediction is the label, else 0. The mean of all is that of Keras's means over the last axis. */
function matches(yTrue: Tensor, yPred: Tensor): Tensor {
  return tidy(() => {
    const predictions = predictionsOf('Accuracy', yPred);
    return cast(equal(alignLabels('Accuracy', yTrue, predictions), predictions), predictions.dtype);
  });
}

/**
 * The fraction of predictions that equal their labels, for models that predict class numbers. The name `'accuracy'`
 * in `compile` is another metric, chosen by the shapes of labels and predictions.
 * @see keras.metrics.Accuracy
 * @example const hits = new metrics.Accuracy(); hits.updateState([[1], [2], [3], [4]], [[0], [2], [3], [4]]); // result: 0.75
 */
export class Accuracy extends MeanMetric {
  static override readonly className: string = 'Accuracy';

  constructor(options?: AccuracyOptions) {
    super(readOptions('Accuracy', OPTIONS, options).name, matches, undefined, 'max');
  }

  override getConfig(): Record<string, unknown> {
    return configOf(OPTIONS, { name: this.name });
  }
}
