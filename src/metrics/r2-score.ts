import { ShapeError } from '../base/errors.js';
import { configOf, type Given, integer, oneOf, readOptions, string } from '../base/options.js';
import { formatShape } from '../base/shape.js';
import { alignLabels, asFloat, weightsLike } from '../losses/align-labels.js';
import { mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { concat } from '../ops/concat.js';
import { onesLike } from '../ops/creation.js';
import { reshape } from '../ops/reshape.js';
import { square } from '../ops/unary.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Contribution, Metric } from './metric.js';

const AGGREGATIONS = ['uniform_average', 'variance_weighted_average'] as const;

const OPTIONS = {
  /** In logs; default `r2_score`. */
  name: string().default('r2_score'),
  /**
   * How the scores of several outputs are one number: their mean (default), or their mean weighted by the variance of
   * the labels; null keeps one score an output.
   */
  classAggregation: oneOf(AGGREGATIONS).nullable().default('uniform_average'),
  /** Number of independent regressors, for the adjusted score; default 0: not adjusted. */
  numRegressors: integer({ min: 0 }).default(0),
};

export type R2ScoreOptions = Given<typeof OPTIONS>;

/** Sums that a batch adds for each output: weights, labels, squared labels, squared errors. */
const SUMS = 4;

/**
 * The coefficient of determination over all samples, `1 − Σ(y − ŷ)² / Σ(y − mean(y))²`: 1 where predictions are exact,
 * 0 where they are no better than the mean of the labels. Labels and predictions are [batch, outputs] or [batch].
 * @throws ValueError when an option is unknown or wrong
 * @see keras.metrics.R2Score
 * @example model.compile({ optimizer: 'adam', loss: 'mse', metrics: [new metrics.R2Score()] })
 */
export class R2Score extends Metric {
  static override readonly className: string = 'R2Score';

  override readonly direction = 'max';
  private readonly options;
  /** [sum][output] */
  private sums: Float64Array[] = [];
  /** Labels so far, those of all outputs, which is what Keras adjusts by. */
  private samples = 0;

  constructor(options?: R2ScoreOptions) {
    const read = readOptions('R2Score', OPTIONS, options);
    super(read.name);
    this.options = read;
  }

  override getConfig(): Record<string, unknown> {
    return configOf(OPTIONS, this.options, 'R2Score');
  }

  override contribution(yTrue: Tensor, given: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const yPred = asFloat(given);
      const labels = asFloat(alignLabels(this.name, yTrue, yPred));
      if (yPred.rank > 2 || yPred.rank === 0) {
        throw new ShapeError(
          `${this.name}: yPred is ${formatShape(yPred.shape)}, expected [batch, outputs] or [batch]`,
        );
      }
      const shape = [yPred.shape[0], yPred.shape[1] ?? 1];
      const weights = sampleWeight ? weightsLike(yPred, sampleWeight) : onesLike(yPred);
      const terms = [
        weights,
        mul(labels, weights),
        mul(square(labels), weights),
        mul(square(sub(labels, yPred)), weights),
      ];
      return { sums: concat(terms.map((term) => sum(reshape(term, shape), 0))), count: yPred.size };
    });
  }

  override add(sums: ArrayLike<number>, count: number): void {
    const outputs = sums.length / SUMS;
    if (this.sums.length === 0) this.sums = Array.from({ length: SUMS }, () => new Float64Array(outputs));
    for (let i = 0; i < sums.length; i++) this.sums[Math.floor(i / outputs)][i % outputs] += sums[i];
    this.samples += count;
  }

  override result(): number | readonly number[] {
    const { classAggregation } = this.options;
    if (this.sums.length === 0) return 0;
    const [weights, labels, squares, errors] = this.sums;
    const variances = Array.from(squares, (square, i) => square - labels[i] ** 2 / weights[i]);
    // Labels that do not vary: Keras's score is 0.
    const scores = variances.map((variance, i) => (variance === 0 && errors[i] > 0 ? 0 : 1 - errors[i] / variance));
    if (classAggregation === null) return scores.map((score) => this.adjusted(score));
    const shares = classAggregation === 'uniform_average' ? variances.map(() => 1) : variances;
    const total = shares.reduce((all, share) => all + share, 0);
    return this.adjusted(scores.reduce((all, score, i) => all + score * shares[i], 0) / total);
  }

  /** The score for the number of regressors; the plain score if there are too few samples for them. */
  private adjusted(score: number): number {
    const { numRegressors } = this.options;
    const { samples } = this;
    if (numRegressors === 0 || numRegressors >= samples - 1) return score;
    return 1 - ((1 - score) * (samples - 1)) / (samples - numRegressors - 1);
  }

  override logNames(label: string): string[] {
    if (this.options.classAggregation !== null) return [label];
    return Array.from({ length: this.sums[0]?.length ?? 1 }, (_, i) => `${label}_${i}`);
  }

  override resetState(): void {
    this.sums = [];
    this.samples = 0;
  }
}
