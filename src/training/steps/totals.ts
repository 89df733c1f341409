import type { TypedArray } from '../../base/dtype.js';
import type { Metric } from '../../metrics/metric.js';
import type { CompiledOutput, LabelledMetric } from '../model/compile.js';
import type { Logs } from '../model/logs.js';
import type { RunningTotals, TotalSums } from '../model/running-totals.js';
import { lossNames } from './output-losses.js';
import type { StepResult } from './step-result.js';

/** Means and metrics over the batches so far, added up on the host in float64. */
export class Totals implements RunningTotals {
  private samples = 0;
  /** Each mean times its samples, and the samples. */
  private readonly means = new Map<string, { total: number; samples: number }>();
  /** Metrics that were updated since the last reset, with their sums. */
  private readonly updated = new Map<Metric, { sums: number[]; count: number }>();

  /** @param ownStep whether a custom step determines the losses and metrics */
  constructor(
    private readonly outputs: readonly CompiledOutput[],
    private readonly ownStep = false,
  ) {
    this.reset();
  }

  private get labelled(): readonly LabelledMetric[] {
    return this.outputs.flatMap(({ metrics }) => metrics);
  }

  /** Return the sums so far, for `restore`. */
  get sums(): TotalSums {
    const metrics = this.labelled.flatMap(({ label, metric }): TotalSums['metrics'] => {
      const added = this.updated.get(metric);
      return added ? [[label, [...added.sums], added.count]] : [];
    });
    return {
      samples: this.samples,
      means: [...this.means].map(([name, { total, samples }]) => [name, total, samples] as const),
      metrics,
    };
  }

  /** Continue with the sums of an interrupted epoch. */
  restore({ samples, means, metrics }: TotalSums): void {
    this.reset();
    this.samples = samples;
    for (const [name, total, samples] of means) this.means.set(name, { total, samples });
    for (const [label, sums, count] of metrics) {
      const found = this.labelled.find((each) => each.label === label);
      if (found) this.addToMetric(found.metric, sums, count);
    }
  }

  reset(): void {
    this.samples = 0;
    this.means.clear();
    this.updated.clear();
    if (!this.ownStep) for (const name of lossNames(this.outputs)) this.means.set(name, { total: 0, samples: 0 });
    for (const { metrics } of this.outputs) for (const { metric } of metrics) metric.resetState();
  }

  /** Add the results of a step after they were read. */
  add({ means, hostMeans, metrics, size }: StepResult, values: TypedArray): void {
    this.samples += size;
    for (const [index, name] of means.entries()) this.addMean(name, values[index], size);
    for (const name in hostMeans) this.addMean(name, hostMeans[name], size);
    let next = means.length;
    for (const { metric, length, count } of metrics) {
      this.addToMetric(metric, values.subarray(next, next + length), count);
      next += length;
    }
  }

  private addToMetric(metric: Metric, sums: ArrayLike<number>, count: number): void {
    metric.add(sums, count);
    const added = this.updated.get(metric);
    if (!added) {
      this.updated.set(metric, { sums: Array.from(sums), count });
      return;
    }
    for (let i = 0; i < sums.length; i++) added.sums[i] += sums[i];
    added.count += count;
  }

  private addMean(name: string, value: number, size: number): void {
    const mean = this.means.get(name);
    if (mean) {
      mean.total += value * size;
      mean.samples += size;
    } else this.means.set(name, { total: value * size, samples: size });
  }

  since(earlier: TotalSums | null): Logs {
    const { sums } = this;
    const part = earlier ? differenceOf(sums, earlier) : sums;
    if (part.samples === 0) return {};
    try {
      this.restore(part);
      return this.logs;
    } finally {
      this.restore(sums);
    }
  }

  get isEmpty(): boolean {
    return this.samples === 0;
  }

  /** Return the means so far by name. */
  get logs(): Logs {
    const logs: Logs = {};
    for (const [name, { total, samples }] of this.means) logs[name] = total / Math.max(samples, 1);
    for (const { label, metric } of this.labelled) {
      if (this.ownStep && !this.updated.has(metric)) continue;
      const results = [metric.result()].flat();
      for (const [i, name] of metric.logNames(label).entries()) logs[name] = results[i];
    }
    return logs;
  }
}

/** Return the sums of the batches that were added after earlier sums. */
function differenceOf({ samples, means, metrics }: TotalSums, earlier: TotalSums): TotalSums {
  const before = new Map(earlier.means.map(([name, ...rest]) => [name, rest]));
  const added = new Map(earlier.metrics.map(([label, ...rest]) => [label, rest]));
  return {
    samples: samples - earlier.samples,
    means: means.map(([name, total, samples]) => {
      const [then = 0, counted = 0] = before.get(name) ?? [];
      return [name, total - then, samples - counted] as const;
    }),
    metrics: metrics.map(([label, sums, count]) => {
      const [then = [], counted = 0] = added.get(label) ?? [];
      return [label, sums.map((sum, index) => sum - (then[index] ?? 0)), count - counted] as const;
    }),
  };
}
