import {
  configOf,
  fraction,
  type Given,
  integer,
  type Options,
  type OptionTable,
  positiveInteger,
  readOptions,
  string,
} from '../base/options.js';
import { alignLabels, asFloat } from '../losses/align-labels.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { ofClass } from './class-of.js';
import { ConfusionMetric, type Counts, ratio } from './confusion-metric.js';
import type { Contribution } from './metric.js';

const COMMON = {
  /** In logs; default the class's name in Keras's spelling: `precision_at_recall`, … */
  name: string().optional(),
  /** Number of thresholds, evenly spaced in [0, 1]; default 200. */
  numThresholds: positiveInteger().default(200),
  /** Only this index of the last axis counts; default all. */
  classId: integer({ min: 0 }).nullable().default(null),
};

/** A ratio at one threshold. */
type RatioAt = (counts: Counts, threshold: number) => number;

const RATIOS = {
  precision: ({ truePositives, falsePositives }, i) => ratio(truePositives[i], truePositives[i] + falsePositives[i]),
  recall: ({ truePositives, positives }, i) => ratio(truePositives[i], positives),
  specificity: ({ falsePositives, negatives }, i) => ratio(negatives - falsePositives[i], negatives),
} satisfies Record<string, RatioAt>;

/** Thresholds evenly spaced in [0, 1]; a single one is ½. */
const spaced = (count: number): number[] =>
  count === 1 ? [0.5] : Array.from({ length: count }, (_, i) => i / (count - 1));

/** The best of one ratio among the thresholds at which another is large enough; 0 if there are none. */
abstract class MetricAtConstraint extends ConfusionMetric {
  override readonly direction = 'max';
  protected abstract readonly best: RatioAt;
  protected abstract readonly constrained: RatioAt;

  /** @param least of the other ratio @param table of the options, for the config */
  constructor(
    defaultName: string,
    private readonly least: number,
    private readonly table: OptionTable,
    private readonly options: Options<typeof COMMON>,
  ) {
    super(options.name ?? defaultName, spaced(options.numThresholds));
  }

  override contribution(yTrue: Tensor, given: Tensor, sampleWeight?: Tensor): Contribution {
    const { classId } = this.options;
    if (classId === null) return super.contribution(yTrue, given, sampleWeight);
    return tidy(() => {
      const yPred = asFloat(given);
      const labels = alignLabels(this.name, yTrue, yPred);
      return super.contribution(ofClass(this.name, labels, classId), ofClass(this.name, yPred, classId), sampleWeight);
    });
  }

  override result(): number {
    const [counts] = this.counts;
    if (!counts) return 0;
    const feasible = this.thresholds.flatMap((_, i) =>
      this.constrained(counts, i) >= this.least ? [this.best(counts, i)] : [],
    );
    return Math.max(0, ...feasible);
  }

  override getConfig(): Record<string, unknown> {
    return configOf(this.table, { ...this.options, name: this.name });
  }
}

const AT_RECALL = {
  /** The recall that is demanded, in [0, 1]. */
  recall: fraction(),
  ...COMMON,
};

/**
 * The best precision among thresholds with at least some recall.
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.PrecisionAtRecall
 * @example new metrics.PrecisionAtRecall({ recall: 0.9 })
 */
export class PrecisionAtRecall extends MetricAtConstraint {
  static override readonly className: string = 'PrecisionAtRecall';
  protected override readonly best = RATIOS.precision;
  protected override readonly constrained = RATIOS.recall;

  constructor(given: Given<typeof AT_RECALL>) {
    const options = readOptions('PrecisionAtRecall', AT_RECALL, given);
    super('precision_at_recall', options.recall, AT_RECALL, options);
  }
}

const AT_PRECISION = {
  /** The precision that is demanded, in [0, 1]. */
  precision: fraction(),
  ...COMMON,
};

/**
 * The best recall among thresholds with at least some precision.
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.RecallAtPrecision
 * @example new metrics.RecallAtPrecision({ precision: 0.8 })
 */
export class RecallAtPrecision extends MetricAtConstraint {
  static override readonly className: string = 'RecallAtPrecision';
  protected override readonly best = RATIOS.recall;
  protected override readonly constrained = RATIOS.precision;

  constructor(given: Given<typeof AT_PRECISION>) {
    const options = readOptions('RecallAtPrecision', AT_PRECISION, given);
    super('recall_at_precision', options.precision, AT_PRECISION, options);
  }
}

const AT_SPECIFICITY = {
  /** The specificity that is demanded, in [0, 1]. */
  specificity: fraction(),
  ...COMMON,
};

/**
 * The best sensitivity, which is recall, among thresholds with at least some specificity, TN / (TN + FP).
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.SensitivityAtSpecificity
 * @example new metrics.SensitivityAtSpecificity({ specificity: 0.9 })
 */
export class SensitivityAtSpecificity extends MetricAtConstraint {
  static override readonly className: string = 'SensitivityAtSpecificity';
  protected override readonly best = RATIOS.recall;
  protected override readonly constrained = RATIOS.specificity;

  constructor(given: Given<typeof AT_SPECIFICITY>) {
    const options = readOptions('SensitivityAtSpecificity', AT_SPECIFICITY, given);
    super('sensitivity_at_specificity', options.specificity, AT_SPECIFICITY, options);
  }
}

const AT_SENSITIVITY = {
  /** The sensitivity that is demanded, in [0, 1]. */
  sensitivity: fraction(),
  ...COMMON,
};

/**
 * The best specificity among thresholds with at least some sensitivity.
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.SpecificityAtSensitivity
 * @example new metrics.SpecificityAtSensitivity({ sensitivity: 0.9 })
 */
export class SpecificityAtSensitivity extends MetricAtConstraint {
  static override readonly className: string = 'SpecificityAtSensitivity';
  protected override readonly best = RATIOS.specificity;
  protected override readonly constrained = RATIOS.recall;

  constructor(given: Given<typeof AT_SENSITIVITY>) {
    const options = readOptions('SpecificityAtSensitivity', AT_SENSITIVITY, given);
    super('specificity_at_sensitivity', options.sensitivity, AT_SENSITIVITY, options);
  }
}
