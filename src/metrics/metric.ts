import { withRankOf } from '../losses/loss.js';
import { mul } from '../ops/arithmetic.js';
import { broadcastTo, sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { concat } from '../ops/concat.js';
import { reshape } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/** What a batch adds to a metric. */
export interface Contribution {
  /** A few sums, of rank 1, still on the device. */
  readonly sums: Tensor;
  /** How many values were summed. */
  readonly count: number;
}

/**
 * A number about predictions, gathered over batches. Each batch gives a few sums, computed where the tensors are; they are
 * read back together with the loss and added up on the host in float64.
 * @example const auc = new metrics.AUC(); auc.updateState(yTrue, yPred); console.log(auc.result());
 */
export abstract class Metric {
  /** Keras's class name, under which files name the metric. */
  static readonly className: string = 'Metric';

  constructor(readonly name: string) {}

  get className(): string {
    return (this.constructor as typeof Metric).className;
  }

  /** The options that make the metric again, JSON alone. */
  getConfig(): Record<string, unknown> {
    return { name: this.name };
  }

  /** The sums of one batch. @param sampleWeight [batch], weights of the samples */
  abstract contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution;

  /** Adds sums that were read back. */
  abstract add(sums: ArrayLike<number>, count: number): void;

  /** The metric over all batches since the last reset; 0 before the first, as Keras has it. A few numbers where it has several. */
  abstract result(): number | readonly number[];

  /** What logs call the numbers of `result`, in their order. @param label the metric's own name in them */
  logNames(label: string): string[] {
    const result = this.result();
    return typeof result === 'number' ? [label] : result.map((_, i) => `${label}_${i}`);
  }

  abstract resetState(): void;

  /** Adds one batch, without waiting. @throws ShapeError @throws BackendError where memory is not visible to the host */
  updateState(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): void {
    tidy(() => {
      const { sums, count } = this.contribution(yTrue, yPred, sampleWeight);
      this.add(sums.dataSync(), count);
    });
  }
}

/** One value a sample, or a scalar. */
export type MetricFunction = (yTrue: Tensor, yPred: Tensor) => Tensor;

/**
 * The mean, over all samples of all batches, of what a function gives.
 * @example new metrics.MeanMetric('largest', (yTrue, yPred) => yPred.max(-1))
 */
export class MeanMetric extends Metric {
  private total = 0;
  private weight = 0;

  constructor(
    name: string,
    private readonly f: MetricFunction,
    private readonly finish: (mean: number) => number = (mean) => mean,
  ) {
    super(name);
  }

  override contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const values = this.f(withRankOf(yPred, yTrue), yPred);
      if (!sampleWeight) return { sums: reshape(sum(values), [1]), count: values.size };
      const weights = weightsLike(values, sampleWeight);
      return {
        sums: concat([reshape(sum(mul(values, weights)), [1]), reshape(sum(weights), [1])]),
        count: values.size,
      };
    });
  }

  override add(sums: ArrayLike<number>, count: number): void {
    this.total += sums[0];
    this.weight += sums.length > 1 ? sums[1] : count;
  }

  override result(): number {
    return this.weight === 0 ? 0 : this.finish(this.total / this.weight);
  }

  override resetState(): void {
    this.total = 0;
    this.weight = 0;
  }
}

/** Weights of the samples, one for each value. */
export function weightsLike(values: Tensor, sampleWeight: Tensor): Tensor {
  const weights = cast(sampleWeight, values.dtype);
  if (values.rank === 0 || weights.rank >= values.rank) return weights;
  return broadcastTo(
    reshape(weights, [...weights.shape, ...values.shape.slice(weights.rank).map(() => 1)]),
    values.shape,
  );
}
