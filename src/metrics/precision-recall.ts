import { ShapeError, ValueError } from '../base/errors.js';
import { assertKnownOptions } from '../base/names.js';
import { formatShape } from '../base/shape.js';
import { alignLabels } from '../losses/loss.js';
import { sum } from '../ops/broadcast.js';
import { greater, where } from '../ops/comparison.js';
import { oneHot } from '../ops/creation.js';
import { slice } from '../ops/slice.js';
import { topk } from '../ops/top-k.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { LOWEST } from './accuracy.js';
import { ConfusionMetric, type Counts, ratio } from './confusion.js';
import type { Contribution } from './metric.js';

export interface ThresholdOptions<Thresholds extends number | readonly number[] = number | readonly number[]> {
  /** In logs; default the metric's own: `precision`, `recall`. */
  readonly name?: string;
  /** Predictions above it count as positive; a list gives one number each. Default 0.5, with topK none. */
  readonly thresholds?: Thresholds | null;
  /** Of the last axis only so many of the largest predictions count as positive; default all. */
  readonly topK?: number | null;
  /** Of the last axis only this class counts, from 0; default all. */
  readonly classId?: number | null;
}

/** One number, or for a list of thresholds one each. */
type ResultAt<Thresholds> = Thresholds extends readonly number[] ? number[] : number;

const OPTIONS = ['name', 'thresholds', 'topK', 'classId'] as const satisfies readonly (keyof ThresholdOptions)[];

/** What precision and recall share: the counts at one threshold or several. */
abstract class AtThresholds<Thresholds extends number | readonly number[]> extends ConfusionMetric {
  constructor(
    name: string,
    private readonly options: ThresholdOptions<Thresholds>,
  ) {
    assertKnownOptions(name, options, OPTIONS);
    const { topK, classId } = options;
    // Where the top k alone decide, each of them is above the threshold.
    const thresholds = [options.thresholds ?? (topK ? LOWEST : 0.5)].flat();
    if (thresholds.length === 0 || !thresholds.every(Number.isFinite)) {
      const given = JSON.stringify(options.thresholds);
      throw new ValueError(`${name}: thresholds is ${given}, expected a finite number, or a list of some`);
    }
    for (const [option, value, least] of [
      ['topK', topK, 1],
      ['classId', classId, 0],
    ] as const) {
      if (value === undefined || value === null || (Number.isInteger(value) && value >= least)) continue;
      throw new ValueError(`${name}: ${option} is ${String(value)}, expected an integer ≥ ${least}`);
    }
    super(options.name ?? name, thresholds);
  }

  override contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution {
    const { topK, classId } = this.options;
    return tidy(() => {
      const labels = alignLabels(this.name, yTrue, yPred);
      const predictions = topK ? this.amongTop(yPred, topK) : yPred;
      if (classId === undefined || classId === null) return super.contribution(labels, predictions, sampleWeight);
      return super.contribution(this.ofClass(labels, classId), this.ofClass(predictions, classId), sampleWeight);
    });
  }

  /** The k largest predictions of the last axis, the lowest number in place of the others. */
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

  /** The values of one class, [batch, …, 1]. */
  private ofClass(x: Tensor, classId: number): Tensor {
    const classes = x.shape.at(-1) ?? 0;
    if (x.rank < 2 || classId >= classes) {
      const shape = formatShape(x.shape);
      throw new ShapeError(`${this.name}: classId is ${classId}, but yPred is ${shape}, expected [batch, …, classes]`);
    }
    const before = x.shape.slice(0, -1);
    return slice(x, [...before.map(() => 0), classId], [...before, 1]);
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
    const { thresholds = null, topK = null, classId = null } = this.options;
    return { ...super.getConfig(), thresholds, topK, classId };
  }
}

/**
 * True positives over all that was predicted positive; 0 where nothing was.
 * @param options `thresholds` default 0.5, `topK`, `classId`; a list of thresholds gives a list of results, and in logs
 *   `precision_0.3` and so on
 * @throws ValueError when an option is unknown or out of range
 * @see keras.metrics.Precision
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [new metrics.Precision({ thresholds: [0.3, 0.7] })] })
 */
export class Precision<Thresholds extends number | readonly number[] = number> extends AtThresholds<Thresholds> {
  static override readonly className = 'Precision';

  constructor(options: ThresholdOptions<Thresholds> = {}) {
    super('precision', options);
  }

  override result(): ResultAt<Thresholds> {
    return this.ratios(({ truePositives, falsePositives }, i) => truePositives[i] + falsePositives[i]);
  }
}

/**
 * True positives over all that is positive; 0 where nothing is.
 * @param options `thresholds` default 0.5, `topK`, `classId`; a list of thresholds gives a list of results, and in logs
 *   `recall_0.3` and so on
 * @throws ValueError when an option is unknown or out of range
 * @see keras.metrics.Recall
 * @example model.compile({ optimizer: 'adam', loss: 'cce', metrics: [new metrics.Recall({ topK: 3, classId: 0 })] })
 */
export class Recall<Thresholds extends number | readonly number[] = number> extends AtThresholds<Thresholds> {
  static override readonly className = 'Recall';

  constructor(options: ThresholdOptions<Thresholds> = {}) {
    super('recall', options);
  }

  override result(): ResultAt<Thresholds> {
    return this.ratios(({ positives }) => positives);
  }
}
