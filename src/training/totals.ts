import type { TypedArray } from '../base/dtype.js';
import type { Metric } from '../metrics/metric.js';
import type { CompiledOutput } from './compile.js';
import type { Logs } from './logs.js';
import { lossNames } from './output-losses.js';
import type { StepResult } from './step-result.js';

/** Means and metrics over the batches so far, added up on the host in float64. */
export class Totals {
  private samples = 0;
  /** Each mean times its samples, and the samples. */
  private readonly means = new Map<string, { total: number; samples: number }>();
  /** Metrics with an update since the last reset. */
  private readonly updated = new Set<Metric>();

  /** @param ownStep whether the model's own step decides which losses and metrics there are */
  constructor(
    private readonly outputs: readonly CompiledOutput[],
    private readonly ownStep = false,
  ) {
    this.reset();
  }

  reset(): void {
    this.samples = 0;
    this.means.clear();
    this.updated.clear();
    if (!this.ownStep) for (const name of lossNames(this.outputs)) this.means.set(name, { total: 0, samples: 0 });
    for (const { metrics } of this.outputs) for (const { metric } of metrics) metric.resetState();
  }

  /** Adds the numbers of a step, once they were read. */
  add({ means, hostMeans, metrics, size }: StepResult, values: TypedArray): void {
    this.samples += size;
    for (const [index, name] of means.entries()) this.addMean(name, values[index], size);
    for (const name in hostMeans) this.addMean(name, hostMeans[name], size);
    let next = means.length;
    for (const { metric, length, count } of metrics) {
      metric.add(values.subarray(next, next + length), count);
      this.updated.add(metric);
      next += length;
    }
  }

  private addMean(name: string, value: number, size: number): void {
    const mean = this.means.get(name);
    if (mean) {
      mean.total += value * size;
      mean.samples += size;
    } else this.means.set(name, { total: value * size, samples: size });
  }

  get isEmpty(): boolean {
    return this.samples === 0;
  }

  /** Means so far by name. */
  get logs(): Logs {
    const logs: Logs = {};
    for (const [name, { total, samples }] of this.means) logs[name] = total / Math.max(samples, 1);
    for (const { label, metric } of this.outputs.flatMap(({ metrics }) => metrics)) {
      if (this.ownStep && !this.updated.has(metric)) continue;
      const results = [metric.result()].flat();
      for (const [i, name] of metric.logNames(label).entries()) logs[name] = results[i];
    }
    return logs;
  }
}
