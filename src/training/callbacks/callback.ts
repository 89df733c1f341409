import type { Model } from '../../models/model.js';

/** Numbers by Keras's names: loss, accuracy, val_loss, … */
export type Logs = Record<string, number>;

/** How training was asked for. */
export interface TrainingParams {
  readonly epochs: number;
  readonly initialEpoch: number;
  /** Steps of an epoch; null when the data set does not say. */
  readonly steps: number | null;
  readonly samples: number | null;
  readonly batchSize: number | null;
}

/**
 * What is called while a model trains. Epochs and batches count from 0. A promise that one returns is waited for; anything else is
 * passed over.
 * A plain object with some of these functions does as well.
 */
export interface CallbackFunctions {
  onTrainBegin?(logs?: Logs): unknown;
  onTrainEnd?(logs: Logs): unknown;
  onEpochBegin?(epoch: number, logs?: Logs): unknown;
  /** Logs carry the means of the epoch, and those of validation under `val_`. */
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  onBatchBegin?(batch: number, logs?: Logs): unknown;
  /** Logs carry the means of the epoch so far; asking for them makes every step wait for its numbers. */
  onBatchEnd?(batch: number, logs: Logs): unknown;
}

/**
 * A callback that knows the model and how training was asked for.
 * @example class Printer extends callbacks.Callback { onEpochEnd(epoch, logs) { console.log(epoch, logs); } }
 */
export abstract class Callback implements CallbackFunctions {
  /** The model that is being trained; its `stopTraining` set to true ends training after the step that runs. */
  protected model!: Model;
  protected params!: TrainingParams;

  setModel(model: Model): void {
    this.model = model;
  }

  setParams(params: TrainingParams): void {
    this.params = params;
  }

  onTrainBegin?(logs?: Logs): unknown;
  onTrainEnd?(logs: Logs): unknown;
  onEpochBegin?(epoch: number, logs?: Logs): unknown;
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  onBatchBegin?(batch: number, logs?: Logs): unknown;
  onBatchEnd?(batch: number, logs: Logs): unknown;
}

/** Calls several callbacks in turn. */
export class CallbackList {
  constructor(
    private readonly callbacks: readonly CallbackFunctions[],
    model: Model,
    params: TrainingParams,
  ) {
    for (const callback of callbacks) {
      if (!(callback instanceof Callback)) continue;
      callback.setModel(model);
      callback.setParams(params);
    }
  }

  /** Whether someone wants the numbers of every batch. */
  get wantsBatchLogs(): boolean {
    return this.callbacks.some(({ onBatchEnd }) => onBatchEnd !== undefined);
  }

  async trainBegin(): Promise<void> {
    for (const callback of this.callbacks) await callback.onTrainBegin?.();
  }

  async trainEnd(logs: Logs): Promise<void> {
    for (const callback of this.callbacks) await callback.onTrainEnd?.(logs);
  }

  async epochBegin(epoch: number): Promise<void> {
    for (const callback of this.callbacks) await callback.onEpochBegin?.(epoch);
  }

  async epochEnd(epoch: number, logs: Logs): Promise<void> {
    for (const callback of this.callbacks) await callback.onEpochEnd?.(epoch, logs);
  }

  async batchBegin(batch: number): Promise<void> {
    for (const callback of this.callbacks) await callback.onBatchBegin?.(batch);
  }

  async batchEnd(batch: number, logs: Logs): Promise<void> {
    for (const callback of this.callbacks) await callback.onBatchEnd?.(batch, logs);
  }
}
