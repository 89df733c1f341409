import { ValueError } from '../../base/errors.js';
import { withoutRecording } from '../../ops/op.js';
import { keep, tidyUntilSettled } from '../../tensor/scope.js';
import { Tensor } from '../../tensor/tensor.js';
import type { CompiledOutput } from '../model/compile.js';
import type { Logs } from '../model/logs.js';
import { type Batch, StepData, type StepLogs } from '../model/step-data.js';
import type { TrainableModel } from '../model/trained-model.js';
import { applyConstraints } from './constraints.js';
import { type MetricSums, packed, type Step, type StepResult } from './step-result.js';

/** Collects the metrics of `compile` that a custom step updates. */
export class MetricUpdates {
  private readonly found: { readonly metric: MetricSums; readonly sums: Tensor }[] = [];

  constructor(readonly outputs: readonly CompiledOutput[]) {}

  /** @param ys labels of each output with a loss or metrics @param sampleWeights one for each of these */
  add(ys: readonly Tensor[], predictions: readonly Tensor[], sampleWeights: readonly (Tensor | undefined)[]): void {
    withoutRecording(() => {
      for (const [place, { index, metrics }] of this.outputs.entries()) {
        for (const { metric, weighted } of metrics) {
          const weights = weighted ? sampleWeights[place] : undefined;
          const { sums, count } = metric.contribution(ys[place], predictions[index], weights);
          // Kept, because metrics are updated in the function whose gradient is computed, which ends before the step.
          this.found.push({ metric: { metric, length: sums.size, count }, sums: keep(sums) });
        }
      }
    });
  }

  get metrics(): MetricSums[] {
    return this.found.map(({ metric }) => metric);
  }

  get sums(): Tensor[] {
    return this.found.map(({ sums }) => sums);
  }

  clear(): void {
    for (const { sums } of this.found.splice(0)) sums.dispose();
  }
}

/**
 * Settles when the last step that returned a promise has ended. Such steps take turns: each has a scope for its
 * tensors.
 */
let lastAsyncStep: Promise<unknown> | null = null;

/** A custom step: the `trainStep` or `testStep` of the model. */
export class CustomStep implements Step {
  constructor(
    private readonly model: TrainableModel,
    private readonly method: 'trainStep' | 'testStep',
    private readonly updates: MetricUpdates,
  ) {}

  run(batch: Batch): StepResult | Promise<StepResult> {
    return lastAsyncStep ? this.runInTurn(batch) : this.start(batch);
  }

  private async runInTurn(batch: Batch): Promise<StepResult> {
    while (lastAsyncStep) await lastAsyncStep.catch(() => {});
    return this.start(batch);
  }

  private start(batch: Batch): StepResult | Promise<StepResult> {
    const { model, method } = this;
    this.updates.clear();
    const result = tidyUntilSettled(() => {
      const logs = model[method](new StepData(batch));
      return isPromise(logs) ? logs.then((each) => this.finish(each, batch)) : this.finish(logs, batch);
    });
    if (!(result instanceof Promise)) return result;
    const step: Promise<StepResult> = result.finally(() => {
      if (lastAsyncStep === step) lastAsyncStep = null;
    });
    lastAsyncStep = step;
    return step;
  }

  private finish(logs: StepLogs, batch: Batch): StepResult {
    const { model, method } = this;
    if (method === 'trainStep') applyConstraints(model.trainableWeights);
    assertLogs(`${model.name}: ${method}`, logs);
    const hostMeans: Logs = {};
    const means: string[] = [];
    const parts: Tensor[] = [];
    for (const [name, value] of Object.entries(logs)) {
      if (typeof value === 'number') hostMeans[name] = value;
      else {
        means.push(name);
        parts.push(value);
      }
    }
    const { metrics, sums } = this.updates;
    parts.push(...sums);
    const numbers = parts.length > 0 ? packed(parts) : null;
    this.updates.clear();
    return { packed: numbers, means, hostMeans, metrics, size: batch.size };
  }
}

const isPromise = <T>(value: T | Promise<T>): value is Promise<T> =>
  typeof (value as Promise<T> | null | undefined)?.then === 'function';

function assertLogs(caller: string, logs: unknown): asserts logs is StepLogs {
  if (typeof logs !== 'object' || logs === null || Array.isArray(logs) || logs instanceof Tensor) {
    const given = logs instanceof Tensor ? 'a tensor' : JSON.stringify(logs);
    throw new ValueError(`${caller} returned ${given}, expected an object such as { loss }`);
  }
  for (const [name, value] of Object.entries(logs)) {
    if (typeof value === 'number' || (value instanceof Tensor && value.size === 1)) continue;
    const given = value instanceof Tensor ? `a tensor of the shape [${value.shape}]` : JSON.stringify(value);
    throw new ValueError(`${caller} returned ${given} as ${name}, expected a number or a scalar tensor`);
  }
}
