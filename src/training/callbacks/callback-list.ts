import { classNameOf } from '../../base/serialization.js';
import type { NamedCallbackState } from '../callback-state.js';
import type { Logs, TrainingParams } from '../model/logs.js';
import type { RunningTotals } from '../model/running-totals.js';
import type { TrainedModel } from '../model/trained-model.js';
import type { StepWatcher } from '../steps/step-result.js';
import { Callback, type CallbackFunctions } from './callback.js';

/** Calls several callbacks one after another. */
export class CallbackList {
  /** @param around calls each callback; default directly */
  constructor(
    private readonly callbacks: readonly CallbackFunctions[],
    model: TrainedModel,
    params: TrainingParams,
    private readonly around: (call: () => unknown) => unknown = (call) => call(),
  ) {
    for (const callback of callbacks) {
      if (!(callback instanceof Callback)) continue;
      callback.setModel(model);
      callback.setParams(params);
    }
  }

  /** States of the callbacks that have one, in their order. */
  get states(): NamedCallbackState[] {
    return this.callbacks.flatMap((callback) => {
      const state = callback.getState?.();
      return state ? [{ name: classNameOf(callback.constructor), ...state }] : [];
    });
  }

  /** Restore the states of callbacks, each to the next of its class; warn of those without a counterpart. */
  async restore(states: readonly NamedCallbackState[]): Promise<void> {
    const left = [...states];
    for (const callback of this.callbacks) {
      if (!callback.setState) continue;
      const name = classNameOf(callback.constructor);
      const index = left.findIndex((state) => state.name === name);
      if (index < 0)
        console.warn(`fit: ${name} was missing when training was interrupted, and starts with its initial state`);
      else await callback.setState(left.splice(index, 1)[0]);
    }
    for (const { name } of left)
      console.warn(`fit: ${name} was present when training was interrupted, and is missing now`);
  }

  /** Whether any callback reads the logs of every batch. */
  get wantsBatchLogs(): boolean {
    return this.callbacks.some(({ onBatchEnd }) => onBatchEnd !== undefined);
  }

  /** Whether any callback may act between two steps. */
  get watchesBatches(): boolean {
    return this.callbacks.some(
      ({ onBatchBegin, onBatchEnd }) => onBatchBegin !== undefined || onBatchEnd !== undefined,
    );
  }

  async trainBegin(): Promise<void> {
    await this.each((callback) => callback.onTrainBegin?.());
  }

  async trainEnd(logs: Logs): Promise<void> {
    await this.each((callback) => callback.onTrainEnd?.(logs));
  }

  async epochBegin(epoch: number): Promise<void> {
    await this.each((callback) => callback.onEpochBegin?.(epoch));
  }

  async epochEnd(epoch: number, logs: Logs): Promise<void> {
    await this.each((callback) => callback.onEpochEnd?.(epoch, logs));
  }

  async batchBegin(batch: number): Promise<void> {
    await this.each((callback) => callback.onBatchBegin?.(batch));
  }

  async batchEnd(batch: number, logs: Logs): Promise<void> {
    await this.each((callback) => callback.onBatchEnd?.(batch, logs));
  }

  /** Shows the callbacks that ask for them the gradients of a step; undefined where none does. */
  get trainWatcher(): StepWatcher | undefined {
    const asking = this.callbacks.filter(({ onGradients }) => onGradients !== undefined);
    if (asking.length === 0) return undefined;
    return {
      gradients: (gradients, variables) => {
        for (const callback of asking) callback.onGradients!(gradients, variables);
      },
    };
  }

  /** Shows the callbacks that ask for them the predictions of an evaluation; undefined where none does. */
  get testWatcher(): StepWatcher | undefined {
    const asking = this.callbacks.filter(({ onTestPredictions }) => onTestPredictions !== undefined);
    if (asking.length === 0) return undefined;
    return {
      predictions: (predictions, { ys }) => {
        for (const callback of asking) callback.onTestPredictions!(predictions, ys);
      },
    };
  }

  /** Whether any callback handles yields to the event loop. */
  get wantsYields(): boolean {
    return this.callbacks.some(({ onYield }) => onYield !== undefined);
  }

  async yielded(epoch: number, batch: number, logs: Logs, totals: RunningTotals): Promise<void> {
    await this.each((callback) => callback.onYield?.(epoch, batch, logs, totals));
  }

  /** Whether any callback reads the logs of every batch of an evaluation. */
  get wantsTestLogs(): boolean {
    return this.callbacks.some(({ onTestBatchEnd }) => onTestBatchEnd !== undefined);
  }

  async testBegin(): Promise<void> {
    await this.each((callback) => callback.onTestBegin?.());
  }

  async testEnd(logs: Logs): Promise<void> {
    await this.each((callback) => callback.onTestEnd?.(logs));
  }

  async testBatchBegin(batch: number): Promise<void> {
    await this.each((callback) => callback.onTestBatchBegin?.(batch));
  }

  async testBatchEnd(batch: number, logs: Logs): Promise<void> {
    await this.each((callback) => callback.onTestBatchEnd?.(batch, logs));
  }

  private async each(call: (callback: CallbackFunctions) => unknown): Promise<void> {
    for (const callback of this.callbacks) await this.around(() => call(callback));
  }
}
