import { alignLabels } from '../losses/loss.js';
import { ValueError } from '../tensor/errors.js';
import { add, mul, sub } from '../tensor/ops/arithmetic.js';
import { sum } from '../tensor/ops/broadcast.js';
import { cast } from '../tensor/ops/cast.js';
import { greater, notEqual } from '../tensor/ops/comparison.js';
import { concat, stack } from '../tensor/ops/concat.js';
import { tensor } from '../tensor/ops/creation.js';
import { matMul } from '../tensor/ops/matmul.js';
import { reshape } from '../tensor/ops/reshape.js';
import { slice } from '../tensor/ops/slice.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Contribution, Metric, weightsLike } from './metric.js';

/** Predictions that meet all thresholds at once: keeps the table of hits under 16 MB. */
const CHUNK = 2 ** 14;

/** Counts of true and false positives at each of some thresholds, over all batches. */
export abstract class ConfusionMetric extends Metric {
  protected readonly truePositives: Float64Array;
  protected readonly falsePositives: Float64Array;
  protected positives = 0;
  protected negatives = 0;

  constructor(
    name: string,
    private readonly thresholds: readonly number[],
  ) {
    super(name);
    this.truePositives = new Float64Array(thresholds.length);
    this.falsePositives = new Float64Array(thresholds.length);
  }

  override contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const labels = cast(notEqual(alignLabels(this.name, yTrue, yPred), 0), yPred.dtype);
      const both = [labels, sub(1, labels)];
      const weighted = sampleWeight ? both.map((each) => mul(each, weightsLike(yPred, sampleWeight))) : both;
      // [2, n]: weights of the positive samples, then of the negative ones.
      const rows = stack(weighted.map((each) => reshape(each, [yPred.size])));
      const counts = this.countAbove(rows, reshape(yPred, [yPred.size, 1]));
      return { sums: concat([reshape(counts, [counts.size]), sum(rows, 1)]), count: yPred.size };
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
    for (let i = 0; i < length; i++) {
      this.truePositives[i] += sums[i];
      this.falsePositives[i] += sums[length + i];
    }
    this.positives += sums[2 * length];
    this.negatives += sums[2 * length + 1];
  }

  override resetState(): void {
    this.truePositives.fill(0);
    this.falsePositives.fill(0);
    this.positives = 0;
    this.negatives = 0;
  }
}

const ratio = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

export interface ThresholdOptions {
  readonly name?: string;
  /** Predictions above it count as positive; default 0.5. */
  readonly threshold?: number;
}

/**
 * True positives over all that was predicted positive.
 * @example model.compile({ metrics: [new Precision({ threshold: 0.7 })], … })
 */
export class Precision extends ConfusionMetric {
  constructor({ name = 'precision', threshold = 0.5 }: ThresholdOptions = {}) {
    super(name, [threshold]);
  }

  override result(): number {
    return ratio(this.truePositives[0], this.truePositives[0] + this.falsePositives[0]);
  }
}

/** True positives over all that is positive. */
export class Recall extends ConfusionMetric {
  constructor({ name = 'recall', threshold = 0.5 }: ThresholdOptions = {}) {
    super(name, [threshold]);
  }

  override result(): number {
    return ratio(this.truePositives[0], this.positives);
  }
}

export interface AucOptions {
  readonly name?: string;
  /** Default 200, Keras's. */
  readonly numThresholds?: number;
}

/**
 * The area under the ROC curve: true against false positive rate, by trapezoids between evenly spaced thresholds in [0, 1].
 * @throws ValueError when numThresholds is not an integer ≥ 2
 * @example model.compile({ metrics: ['auc'], … })
 */
export class Auc extends ConfusionMetric {
  constructor({ name = 'auc', numThresholds = 200 }: AucOptions = {}) {
    if (!(Number.isInteger(numThresholds) && numThresholds >= 2)) {
      throw new ValueError(`auc: numThresholds is ${numThresholds}, expected an integer ≥ 2`);
    }
    // The ends lie just outside, so that predictions of 0 and 1 fall inside.
    const last = numThresholds - 1;
    super(
      name,
      Array.from({ length: numThresholds }, (_, i) => (i === 0 ? -1e-7 : i === last ? 1 + 1e-7 : i / last)),
    );
  }

  override result(): number {
    let area = 0;
    for (let i = 0; i + 1 < this.truePositives.length; i++) {
      const height = ratio(this.truePositives[i] + this.truePositives[i + 1], 2 * this.positives);
      area += ratio(this.falsePositives[i] - this.falsePositives[i + 1], this.negatives) * height;
    }
    return area;
  }
}
