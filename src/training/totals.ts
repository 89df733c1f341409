import type { TypedArray } from '../base/dtype.js';
import type { Logs } from './callbacks/callback.js';
import type { CompiledOutput } from './compile.js';
import type { StepResult } from './step.js';

/** Loss and metrics over the batches so far, added up on the host. */
export class Totals {
  private samples = 0;
  /** The total's, then the outputs', each times samples. */
  private readonly losses: number[];

  constructor(private readonly outputs: readonly CompiledOutput[]) {
    this.losses = new Array<number>(outputs.length > 1 ? outputs.length + 1 : 1).fill(0);
    this.reset();
  }

  reset(): void {
    this.samples = 0;
    this.losses.fill(0);
    for (const { metrics } of this.outputs) for (const { metric } of metrics) metric.resetState();
  }

  /** Adds what a step gave, once it was read. */
  add({ metrics, size }: StepResult, values: TypedArray): void {
    this.samples += size;
    for (let i = 0; i < this.losses.length; i++) this.losses[i] += values[i] * size;
    const all = this.outputs.flatMap((output) => output.metrics);
    let next = this.losses.length;
    for (const [index, { length, count }] of metrics.entries()) {
      all[index].metric.add(values.subarray(next, next + length), count);
      next += length;
    }
  }

  get isEmpty(): boolean {
    return this.samples === 0;
  }

  /** Means so far by name. */
  get logs(): Logs {
    const logs: Logs = { loss: this.losses[0] / Math.max(this.samples, 1) };
    for (let i = 1; i < this.losses.length; i++) {
      logs[`${this.outputs[i - 1].name}_loss`] = this.losses[i] / Math.max(this.samples, 1);
    }
    for (const { label, metric } of this.outputs.flatMap(({ metrics }) => metrics)) {
      const results = [metric.result()].flat();
      for (const [i, name] of metric.logNames(label).entries()) logs[name] = results[i];
    }
    return logs;
  }
}
