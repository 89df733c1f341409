import { accept, configOf, type Given, type Options, readOptions, string } from '../base/options.js';
import { ConfusionMetric, type Counts } from './confusion-metric.js';

const OPTIONS = {
  /** In logs; default the metric's own: `true_positives`, … */
  name: string().optional(),
  /** Predictions above it count as positive; a list gives one number each. Default 0.5. */
  thresholds: accept<number | readonly number[]>('a number in [0, 1], or a list of some', (value) => {
    const list = [value].flat() as unknown[];
    return list.length > 0 && list.every((each) => typeof each === 'number' && each >= 0 && each <= 1);
  }).default(0.5),
};

export type CountOptions = Given<typeof OPTIONS>;

/** One of the four counts, weighted by the samples. */
abstract class CountMetric extends ConfusionMetric {
  private readonly options: Options<typeof OPTIONS>;

  constructor(name: string, given: CountOptions | undefined) {
    const options = readOptions(name, OPTIONS, given);
    super(options.name ?? name, [options.thresholds].flat());
    this.options = options;
  }

  protected abstract countOf(counts: Counts, threshold: number): number;

  override result(): number | number[] {
    const [counts] = this.counts;
    const found = this.thresholds.map((_, i) => (counts ? this.countOf(counts, i) : 0));
    return Array.isArray(this.options.thresholds) ? found : found[0];
  }

  override logNames(label: string): string[] {
    return this.thresholds.length === 1 ? [label] : this.thresholds.map((threshold) => `${label}_${threshold}`);
  }

  override getConfig(): Record<string, unknown> {
    return configOf(OPTIONS, { ...this.options, name: this.name });
  }
}

/**
 * How many positives were found, by weight.
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.TruePositives
 * @example new metrics.TruePositives({ thresholds: [0.3, 0.7] })
 */
export class TruePositives extends CountMetric {
  static override readonly className: string = 'TruePositives';
  override readonly direction = 'max';

  constructor(options?: CountOptions) {
    super('true_positives', options);
  }

  protected override countOf({ truePositives }: Counts, i: number): number {
    return truePositives[i];
  }
}

/** How many negatives were taken for positives, by weight. See `TruePositives`. @example new metrics.FalsePositives() */
export class FalsePositives extends CountMetric {
  static override readonly className: string = 'FalsePositives';
  override readonly direction = 'min';

  constructor(options?: CountOptions) {
    super('false_positives', options);
  }

  protected override countOf({ falsePositives }: Counts, i: number): number {
    return falsePositives[i];
  }
}

/** How many negatives were left alone, by weight. See `TruePositives`. @example new metrics.TrueNegatives() */
export class TrueNegatives extends CountMetric {
  static override readonly className: string = 'TrueNegatives';
  override readonly direction = 'max';

  constructor(options?: CountOptions) {
    super('true_negatives', options);
  }

  protected override countOf({ negatives, falsePositives }: Counts, i: number): number {
    return negatives - falsePositives[i];
  }
}

/** How many positives were missed, by weight. See `TruePositives`. @example new metrics.FalseNegatives() */
export class FalseNegatives extends CountMetric {
  static override readonly className: string = 'FalseNegatives';
  override readonly direction = 'min';

  constructor(options?: CountOptions) {
    super('false_negatives', options);
  }

  protected override countOf({ positives, truePositives }: Counts, i: number): number {
    return positives - truePositives[i];
  }
}
