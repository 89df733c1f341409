import { ShapeError } from '../base/errors.js';
import { configOf, type Given, number, type Options, oneOf, readOptions, string } from '../base/options.js';
import { formatShape } from '../base/shape.js';
import { alignLabels, asFloat, weightsLike } from '../losses/align-labels.js';
import { mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { greater, greaterEqual, logicalAnd } from '../ops/comparison.js';
import { concat } from '../ops/concat.js';
import { max } from '../ops/reductions.js';
import { abs } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { ratio } from './confusion-metric.js';
import { type Contribution, Metric } from './metric.js';

const AVERAGES = ['micro', 'macro', 'weighted'] as const;

const average = () => oneOf(AVERAGES).nullable().default(null);
const threshold = () => number({ above: 0, max: 1 }).nullable().default(null);

const FBETA = {
  /** In logs; default `fbeta_score`. */
  name: string().default('fbeta_score'),
  /**
   * How the scores of the classes are one number: `'micro'` counts all classes together, `'macro'` is their mean,
   * `'weighted'` their mean by the positives of each. Default null: one number a class, in logs `fbeta_score_0` and so
   * on.
   */
  average: average(),
  /** How much recall weighs more than precision; default 1. */
  beta: number({ above: 0 }).default(1),
  /** Predictions above it count as positive, in (0, 1]; default null: the largest of each sample does. */
  threshold: threshold(),
};

export type FBetaScoreOptions = Given<typeof FBETA>;

type Read = Options<typeof FBETA>;

/** Of each class: weights of the true positives, the false positives and the positives. */
const SUMS = 3;

/** The weighted harmonic mean of precision and recall, (1 + β²) · P · R / (β² · P + R). */
abstract class HarmonicScore extends Metric {
  override readonly direction = 'max';
  /** [sum][class] */
  private sums: Float64Array[] = [];

  constructor(protected readonly options: Read) {
    super(options.name);
  }

  override contribution(yTrue: Tensor, given: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const yPred = asFloat(given);
      const labels = alignLabels(this.name, yTrue, yPred);
      if (yPred.rank !== 2) {
        throw new ShapeError(`${this.name}: yPred is ${formatShape(yPred.shape)}, expected [batch, classes]`);
      }
      const { threshold } = this.options;
      // Where all predictions are 0, none is the largest.
      const chosen =
        threshold === null
          ? logicalAnd(greaterEqual(yPred, max(yPred, -1, true)), greater(abs(yPred), 1e-9))
          : greater(yPred, threshold);
      const positive = cast(chosen, yPred.dtype);
      const parts = [mul(positive, labels), mul(positive, sub(1, labels)), labels];
      const weights = sampleWeight && weightsLike(yPred, sampleWeight);
      return {
        sums: concat(parts.map((part) => sum(weights ? mul(part, weights) : part, 0))),
        count: yPred.shape[0],
      };
    });
  }

  override add(sums: ArrayLike<number>): void {
    const classes = sums.length / SUMS;
    if (this.sums.length === 0) this.sums = Array.from({ length: SUMS }, () => new Float64Array(classes));
    if (this.sums[0].length !== classes) {
      throw new ShapeError(`${this.name}: a batch with ${classes} classes, expected ${this.sums[0].length}, as before`);
    }
    for (let i = 0; i < sums.length; i++) this.sums[Math.floor(i / classes)][i % classes] += sums[i];
  }

  override result(): number | readonly number[] {
    if (this.sums.length === 0) return 0;
    const { average, beta } = this.options;
    const total = (values: ArrayLike<number>) => Array.from(values).reduce((all, value) => all + value, 0);
    const [hits, wrong, positives] = average === 'micro' ? this.sums.map((each) => [total(each)]) : this.sums;
    const scores = Array.from(hits, (hit, i) => scoreOf(ratio(hit, hit + wrong[i]), ratio(hit, positives[i]), beta));
    if (average === null) return scores;
    if (average !== 'weighted') return total(scores) / scores.length;
    return ratio(total(scores.map((score, i) => score * positives[i])), total(positives));
  }

  override resetState(): void {
    this.sums = [];
  }
}

const scoreOf = (precision: number, recall: number, beta: number): number =>
  (1 + beta ** 2) * ratio(precision * recall, beta ** 2 * precision + recall);

/**
 * F-beta score, the harmonic mean of precision and recall in which recall weighs beta times as much. Labels and
 * predictions are [batch, classes].
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.FBetaScore
 * @example new metrics.FBetaScore({ beta: 2, threshold: 0.5, average: 'macro' })
 */
export class FBetaScore extends HarmonicScore {
  static override readonly className: string = 'FBetaScore';

  constructor(options?: FBetaScoreOptions) {
    super(readOptions('FBetaScore', FBETA, options));
  }

  override getConfig(): Record<string, unknown> {
    return configOf(FBETA, this.options);
  }
}

const F1 = {
  /** In logs; default `f1_score`. */
  name: string().default('f1_score'),
  /** See `FBetaScore`; default null: one number a class, in logs `f1_score_0` and so on. */
  average: average(),
  /** Predictions above it count as positive, in (0, 1]; default null: the largest of each sample does. */
  threshold: threshold(),
};

export type F1ScoreOptions = Given<typeof F1>;

/**
 * The harmonic mean of precision and recall. See `FBetaScore`.
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.F1Score
 * @example new metrics.F1Score({ average: 'macro' })
 */
export class F1Score extends HarmonicScore {
  static override readonly className: string = 'F1Score';

  constructor(options?: F1ScoreOptions) {
    super({ ...readOptions('F1Score', F1, options), beta: 1 });
  }

  override getConfig(): Record<string, unknown> {
    const { beta: _, ...options } = this.options;
    return configOf(F1, options);
  }
}
