import { ShapeError } from '../base/errors.js';
import {
  accept,
  configOf,
  type Given,
  integer,
  type Options,
  positiveInteger,
  readOptions,
  string,
} from '../base/options.js';
import { formatShape } from '../base/shape.js';
import { alignLabels, asFloat } from '../losses/align-labels.js';
import { sum } from '../ops/broadcast.js';
import { greater, where } from '../ops/comparison.js';
import { oneHot } from '../ops/creation.js';
import { topk } from '../ops/top-k.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { LOWEST } from './accuracy.js';
import { ofClass } from './class-of.js';
import { ConfusionMetric, type Counts, ratio } from './confusion-metric.js';
import type { Contribution } from './metric.js';

const thresholds = accept<number | readonly number[]>('a finite number, or a list of some', (value) => {
  const list = [value].flat();
  return list.length > 0 && list.every(Number.isFinite);
});

const OPTIONS = {
  /** In logs; default the metric's own: `precision`, `recall`. */
  name: string().optional(),
  /** Predictions above it count as positive; a list gives one number each. Default 0.5, with topK none. */
  thresholds: thresholds.nullable().default(null),
  /** Only this many of the largest predictions along the last axis count as positive; default all. */
  topK: positiveInteger().nullable().default(null),
  /** Only this index of the last axis counts; default all. */
  classId: integer({ min: 0 }).nullable().default(null),
};

export type ThresholdOptions<Thresholds extends number | readonly number[] = number | readonly number[]> = Omit<
  Given<typeof OPTIONS>,
  'thresholds'
> & {
  /** Predictions above it count as positive; a list gives one number each. Default 0.5, with topK none. */
  readonly thresholds?: Thresholds | null;
};

/** One number, or one per threshold if thresholds is a list. */
type ResultAt<Thresholds> = Thresholds extends readonly number[] ? number[] : number;

/** Counts at one threshold or several: the common part of precision and recall. */
abstract class MetricAtThresholds<Thresholds extends number | readonly number[]> extends ConfusionMetric {
  override readonly direction = 'max';
  private readonly options: Options<typeof OPTIONS>;

  constructor(name: string, given?: ThresholdOptions<Thresholds>) {
    const options = readOptions(name, OPTIONS, given);
    // If only the top k decide, each of them is above the threshold.
    super(options.name ?? name, [options.thresholds ?? (options.topK ? LOWEST : 0.5)].flat());
    this.options = options;
  }

  override contribution(yTrue: Tensor, given: Tensor, sampleWeight?: Tensor): Contribution {
    const { topK, classId } = this.options;
    return tidy(() => {
      const yPred = asFloat(given);
      const labels = alignLabels(this.name, yTrue, yPred);
      const predictions = topK ? this.amongTop(yPred, topK) : yPred;
      if (classId === null) return super.contribution(labels, predictions, sampleWeight);
      return super.contribution(
        ofClass(this.name, labels, classId),
        ofClass(this.name, predictions, classId),
        sampleWeight,
      );
    });
  }

  /** Keep the k largest predictions of the last axis, and replace the others by the lowest number. */
  private amongTop(yPred: Tensor, k: number): Tensor {
    const classes = yPred.shape.at(-1) ?? 0;
    if (k > classes) {
      throw new ShapeError(
        `${this.name}: topK is ${k}, expected at most ${classes} for yPred ${formatShape(yPred.shape)}`,
      );
    }
    const marks = sum(oneHot(topk(yPred, k).indices, classes), -2);
    return where(greater(marks, 0), yPred, LOWEST);
  }

  /** One number for each threshold. */
  protected ratios(whole: (counts: Counts, i: number) => number): ResultAt<Thresholds> {
    const [counts] = this.counts;
    const found = this.thresholds.map((_, i) => (counts ? ratio(counts.truePositives[i], whole(counts, i)) : 0));
    return (Array.isArray(this.options.thresholds) ? found : found[0]) as ResultAt<Thresholds>;
  }

  abstract override result(): ResultAt<Thresholds>;

  override logNames(label: string): string[] {
    return this.thresholds.length === 1 ? [label] : this.thresholds.map((threshold) => `${label}_${threshold}`);
  }

  override getConfig(): Record<string, unknown> {
    return configOf(OPTIONS, { ...this.options, name: this.name });
  }
}

/**
 * True positives over predicted positives; 0 if there are none.
 * @param options `thresholds` default 0.5, `topK`, `classId`; a list of thresholds gives a list of results, and in logs
 *   `precision_0.3` and so on
 * @throws ValueError when an option is unknown or out of range
 * @see keras.metrics.Precision
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [new metrics.Precision({ thresholds: [0.3, 0.7] })] })
 */
export class Precision<Thresholds extends number | readonly number[] = number> extends MetricAtThresholds<Thresholds> {
  static override readonly className = 'Precision';

  constructor(options?: ThresholdOptions<Thresholds>) {
    super('precision', options);
  }

  override result(): ResultAt<Thresholds> {
    return this.ratios(({ truePositives, falsePositives }, i) => truePositives[i] + falsePositives[i]);
  }
}

/**
 * True positives over positives; 0 if there are none.
 * @param options `thresholds` default 0.5, `topK`, `classId`; a list of thresholds gives a list of results, and in logs
 *   `recall_0.3` and so on
 * @throws ValueError when an option is unknown or out of range
 * @see keras.metrics.Recall
 * @example model.compile({ optimizer: 'adam', loss: 'cce', metrics: [new metrics.Recall({ topK: 3, classId: 0 })] })
 */
export class Recall<Thresholds extends number | readonly number[] = number> extends MetricAtThresholds<Thresholds> {
  static override readonly className = 'Recall';

  constructor(options?: ThresholdOptions<Thresholds>) {
    super('recall', options);
  }

  override result(): ResultAt<Thresholds> {
    return this.ratios(({ positives }) => positives);
  }
}
