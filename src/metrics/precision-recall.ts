import { ValueError } from '../tensor/errors.js';
import { ConfusionMetric, ratio } from './confusion.js';

export interface ThresholdOptions {
  /** In logs; default the metric's own: `precision`, `recall`. */
  readonly name?: string;
  /** Predictions above it count as positive; default 0.5. */
  readonly threshold?: number;
}

/** What precision and recall share: the counts at one threshold. */
abstract class AtThreshold extends ConfusionMetric {
  readonly threshold: number;

  constructor(name: string, threshold: number) {
    if (!Number.isFinite(threshold)) {
      throw new ValueError(`${name}: threshold is ${String(threshold)}, expected a finite number`);
    }
    super(name, [threshold]);
    this.threshold = threshold;
  }

  protected get truePositives(): number {
    return this.counts[0]?.truePositives[0] ?? 0;
  }

  protected get falsePositives(): number {
    return this.counts[0]?.falsePositives[0] ?? 0;
  }

  protected get positives(): number {
    return this.counts[0]?.positives ?? 0;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), threshold: this.threshold };
  }
}

/**
 * True positives over all that was predicted positive; 0 where nothing was.
 * @throws ValueError when the threshold is not a finite number
 * @see keras.metrics.Precision
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [new metrics.Precision({ threshold: 0.7 })] })
 */
export class Precision extends AtThreshold {
  static override readonly className = 'Precision';

  constructor({ name = 'precision', threshold = 0.5 }: ThresholdOptions = {}) {
    super(name, threshold);
  }

  override result(): number {
    const { truePositives, falsePositives } = this;
    return ratio(truePositives, truePositives + falsePositives);
  }
}

/**
 * True positives over all that is positive; 0 where nothing is.
 * @throws ValueError when the threshold is not a finite number
 * @see keras.metrics.Recall
 * @example model.compile({ optimizer: 'adam', loss: 'bce', metrics: [new metrics.Recall()] })
 */
export class Recall extends AtThreshold {
  static override readonly className = 'Recall';

  constructor({ name = 'recall', threshold = 0.5 }: ThresholdOptions = {}) {
    super(name, threshold);
  }

  override result(): number {
    return ratio(this.truePositives, this.positives);
  }
}
