import { ShapeError } from '../base/errors.js';
import { alignLabels, asFloat, weightsLike } from '../losses/align-labels.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { greater, notEqual } from '../ops/comparison.js';
import { concat, stack } from '../ops/concat.js';
import { tensor } from '../ops/creation.js';
import { matMul } from '../ops/matmul.js';
import { reshape } from '../ops/reshape.js';
import { slice } from '../ops/slice.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Contribution, Metric } from './metric.js';

/** Predictions that are compared with all thresholds at a time: keeps the table of hits under 16 MB. */
const CHUNK = 2 ** 14;

/** Weights of samples by true and predicted class, at each of several thresholds. */
export interface Counts {
  readonly truePositives: Float64Array;
  readonly falsePositives: Float64Array;
  /** Total weight of the positive and of the negative samples. */
  positives: number;
  negatives: number;
}

/** Counts of true and false positives at each of several thresholds, over all batches. */
export abstract class ConfusionMetric extends Metric {
  /** One for all predictions, or one per label; empty before the first batch. */
  protected counts: Counts[] = [];

  /**
   * @param thresholds predictions above a threshold count as positive
   * @param perLabel whether to count each position of the last axis separately; default false
   */
  constructor(
    name: string,
    protected readonly thresholds: readonly number[],
    private readonly perLabel = false,
  ) {
    super(name);
  }

  override contribution(yTrue: Tensor, given: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const yPred = asFloat(given);
      const labels = cast(notEqual(alignLabels(this.name, yTrue, yPred), 0), yPred.dtype);
      const both = [labels, sub(1, labels)];
      const weighted = sampleWeight ? both.map((each) => mul(each, weightsLike(yPred, sampleWeight))) : both;
      const groups = this.perLabel ? (yPred.shape.at(-1) ?? 1) : 1;
      const size = yPred.size / groups;
      // Weights of the positive samples, then of the negative ones.
      const rows = reshape(stack(weighted), [2, size, groups]);
      const predictions = reshape(yPred, [size, groups]);
      const sums: Tensor[] = [];
      for (let group = 0; group < groups; group++) {
        const ofGroup = reshape(slice(rows, [0, 0, group], [2, size, 1]), [2, size]);
        const above = this.countAbove(ofGroup, slice(predictions, [0, group], [size, 1]));
        sums.push(reshape(above, [above.size]), sum(ofGroup, 1));
      }
      return { sums: concat(sums), count: yPred.size };
    });
  }

  /** [2, thresholds]: weights of the samples predicted above each threshold. */
  private countAbove(rows: Tensor, predictions: Tensor): Tensor {
    const thresholds = tensor([...this.thresholds], [1, this.thresholds.length], predictions.dtype);
    const parts: Tensor[] = [];
    for (let start = 0; start < predictions.size; start += CHUNK) {
      const size = Math.min(CHUNK, predictions.size - start);
      const above = cast(greater(slice(predictions, [start, 0], [size, 1]), thresholds), predictions.dtype);
      parts.push(matMul(slice(rows, [0, start], [2, size]), above));
    }
    return parts.reduce((total, part) => add(total, part));
  }

  override add(sums: ArrayLike<number>): void {
    const { length } = this.thresholds;
    const stride = 2 * length + 2;
    const groups = sums.length / stride;
    if (this.counts.length === 0) {
      this.counts = Array.from({ length: groups }, () => {
        return {
          truePositives: new Float64Array(length),
          falsePositives: new Float64Array(length),
          positives: 0,
          negatives: 0,
        };
      });
    }
    if (groups !== this.counts.length) {
      throw new ShapeError(`${this.name}: a batch with ${groups} labels, expected ${this.counts.length}, as before`);
    }
    for (const [group, counts] of this.counts.entries()) {
      const start = group * stride;
      for (let i = 0; i < length; i++) {
        counts.truePositives[i] += sums[start + i];
        counts.falsePositives[i] += sums[start + length + i];
      }
      counts.positives += sums[start + 2 * length];
      counts.negatives += sums[start + 2 * length + 1];
    }
  }

  override resetState(): void {
    this.counts = [];
  }
}

/** Return a fraction, 0 if the divisor is 0. */
export const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);
