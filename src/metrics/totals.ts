import { configOf, type Given, readOptions, string } from '../base/options.js';
import { asFloat, weightsLike } from '../losses/align-labels.js';
import { mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { concat } from '../ops/concat.js';
import { onesLike } from '../ops/creation.js';
import { reshape } from '../ops/reshape.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Contribution, Metric } from './metric.js';

const SUM = {
  /** In logs; default `sum`. */
  name: string().default('sum'),
};
const MEAN = {
  /** In logs; default `mean`. */
  name: string().default('mean'),
};

export type SumOptions = Given<typeof SUM>;
export type MeanOptions = Given<typeof MEAN>;

/** A statistic of values without labels. In `compile` the values are the predictions. */
abstract class ValueMetric extends Metric {
  protected total = 0;
  protected weight = 0;

  /** Add values, without waiting. @param sampleWeight of the first axes of the values @throws ShapeError */
  override updateState(values: TensorLike, sampleWeight?: TensorLike | null): void {
    tidy(() => {
      const caller = `${this.name}.updateState`;
      const weights = sampleWeight == null ? undefined : toTensor(caller, 'sampleWeight', sampleWeight);
      const given = toTensor(caller, 'values', values);
      this.add(this.contribution(given, given, weights).sums.dataSync());
    });
  }

  override contribution(_: Tensor, given: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const values = asFloat(given);
      const weights = sampleWeight ? weightsLike(values, sampleWeight) : onesLike(values);
      const sums = [mul(values, weights), weights].map((each) => reshape(sum(each), [1]));
      return { sums: concat(sums), count: values.size };
    });
  }

  override add(sums: ArrayLike<number>): void {
    this.total += sums[0];
    this.weight += sums[1];
  }

  override resetState(): void {
    this.total = 0;
    this.weight = 0;
  }
}

/**
 * The weighted sum of values.
 * @see keras.metrics.Sum
 * @example const total = new metrics.Sum(); total.updateState([1, 3, 5, 7], [1, 1, 0, 0]); // result: 4
 */
export class Sum extends ValueMetric {
  static override readonly className: string = 'Sum';

  constructor(options?: SumOptions) {
    super(readOptions('Sum', SUM, options).name);
  }

  override getConfig(): Record<string, unknown> {
    return configOf(SUM, { name: this.name });
  }

  override result(): number {
    return this.total;
  }
}

/**
 * The weighted mean of values; 0 without any.
 * @see keras.metrics.Mean
 * @example const mean = new metrics.Mean(); mean.updateState([1, 3, 5, 7]); // result: 4
 */
export class Mean extends ValueMetric {
  static override readonly className: string = 'Mean';

  constructor(options?: MeanOptions) {
    super(readOptions('Mean', MEAN, options).name);
  }

  override getConfig(): Record<string, unknown> {
    return configOf(MEAN, { name: this.name });
  }

  override result(): number {
    return this.weight === 0 ? 0 : this.total / this.weight;
  }
}
