import { pascalCase } from '../base/names.js';
import { sameShape } from '../base/shape.js';
import { maskOf } from '../layers/base/masks.js';
import { asFloat, weightsLike, withRankOf } from '../losses/align-labels.js';
import { mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { concat } from '../ops/concat.js';
import { reshape } from '../ops/reshape.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Contribution, type Direction, Metric, type MetricFunction } from './metric.js';

/**
 * The mean of a function over all samples of all batches.
 * @param f one value per sample, or a scalar
 * @param finish computes the result from the mean; default the mean itself
 * @param direction which values are better, for callbacks
 * @example new metrics.MeanMetric('largest', (yTrue, yPred) => yPred.max(-1))
 */
export class MeanMetric extends Metric {
  static override readonly className: string = 'MeanMetric';

  private total = 0;
  private weight = 0;

  constructor(
    name: string,
    private readonly f: MetricFunction,
    private readonly finish: (mean: number) => number = (mean) => mean,
    override readonly direction: Direction | null = null,
  ) {
    super(name);
  }

  override contribution(yTrue: Tensor, yPred: Tensor, sampleWeight?: Tensor): Contribution {
    return tidy(() => {
      const values = asFloat(this.f(withRankOf(yPred, yTrue), yPred));
      const steps = stepWeights(values, yPred);
      if (!sampleWeight && !steps) return { sums: reshape(sum(values), [1]), count: values.size };
      const given = sampleWeight && weightsLike(values, sampleWeight);
      const weights = given && steps ? mul(given, steps) : (given ?? steps)!;
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

/** 1 for the steps that the mask of a sequence keeps, 0 for the others, as Keras weights them; null without a mask. */
function stepWeights(values: Tensor, yPred: Tensor): Tensor | null {
  const mask = maskOf(yPred);
  return mask && sameShape(mask.shape, values.shape.slice(0, mask.rank)) ? weightsLike(values, mask) : null;
}

/** Keras's class names that do not follow from nabla's names. */
const CLASS_NAMES: Readonly<Record<string, string>> = { klDivergence: 'KLDivergence', logCosh: 'LogCoshError' };

interface NamedMeanOptions {
  /** In logs. */
  readonly name: string;
  readonly direction?: Direction | null;
  readonly finish?: (mean: number) => number;
  /** In files, with the name. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A mean that files identify by the name of its function. */
export class NamedMeanMetric extends MeanMetric {
  private readonly config: Readonly<Record<string, unknown>>;

  /** @param kind the name of the function, in camelCase */
  constructor(
    readonly kind: string,
    f: MetricFunction,
    { name, direction = null, finish, config = {} }: NamedMeanOptions,
  ) {
    super(name, f, finish, direction);
    this.config = config;
  }

  override get className(): string {
    return CLASS_NAMES[this.kind] ?? pascalCase(this.kind);
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, ...this.config };
  }
}
