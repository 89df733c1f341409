import { COPY } from '../../base/copy.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Variable } from '../../tensor/variable.js';
import type { CallbackState } from '../callback-state.js';
import type { Logs, TrainingParams } from '../model/logs.js';
import type { RunningTotals } from '../model/running-totals.js';
import type { TrainedModel } from '../model/trained-model.js';

/**
 * Functions that are called during training. Epochs and batches count from 0. Returned promises are awaited;
 * other values are ignored. A plain object with some of these functions is a callback too.
 */
export interface CallbackFunctions {
  onTrainBegin?(logs?: Logs): unknown;
  onTrainEnd?(logs: Logs): unknown;
  onEpochBegin?(epoch: number, logs?: Logs): unknown;
  /** Logs have the means of the epoch, and those of validation under `val_`. */
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  onBatchBegin?(batch: number, logs?: Logs): unknown;
  /** Logs have the means of the epoch so far; every step then waits for its numbers. */
  onBatchEnd?(batch: number, logs: Logs): unknown;
  /** Called before an evaluation, by `measure` or of validation data in `fit`. */
  onTestBegin?(logs?: Logs): unknown;
  onTestEnd?(logs: Logs): unknown;
  onTestBatchBegin?(batch: number, logs?: Logs): unknown;
  /** Logs have the means of the evaluation so far; every batch then waits for its numbers. */
  onTestBatchEnd?(batch: number, logs: Logs): unknown;
  /**
   * Called after training has yielded to the event loop; see `yieldEvery`. Logs have the means of the epoch so far,
   * and `totals` the sums behind them, from which the means of any part of the epoch follow.
   */
  onYield?(epoch: number, batch: number, logs: Logs, totals: RunningTotals): unknown;
  /**
   * Called in each step of training before the update, with the gradient of each trainable weight: undefined where the
   * loss does not depend on it. They are freed after the step. A model with its own `trainStep` does not call it.
   */
  onGradients?(gradients: readonly (Tensor | undefined)[], variables: readonly Variable[]): void;
  /**
   * Called with the outputs of each batch of an evaluation and its labels, one tensor for each output. They are freed
   * after the step. A model with its own `testStep` does not call it.
   */
  onTestPredictions?(predictions: readonly Tensor[], labels: readonly Tensor[]): void;
  /**
   * The state that decisions depend on, for a backup of the training; with `setState`. See `backupAndRestore`. A
   * callback without them starts with its initial state when training is continued.
   */
  getState?(): CallbackState;
  /** Return to a state, after `onTrainBegin` of a training that is continued. */
  setState?(state: CallbackState): unknown;
}

/**
 * A callback with access to the model and the parameters of training. Its `model` has the interface that training uses;
 * for all of `Model`, extend `Callback<Model>`.
 * @example class Printer extends callbacks.Callback { onEpochEnd(epoch, logs) { console.log(epoch, logs); } }
 */
export abstract class Callback<Trained extends TrainedModel = TrainedModel> implements CallbackFunctions {
  /** @internal the copy of the package that the class belongs to */
  static readonly copyOfNabla = COPY;

  /** The model in training; set its `stopTraining` to true to end training after the current step. */
  protected model!: Trained;
  protected params!: TrainingParams;

  /** @internal */
  setModel(model: Trained): void {
    this.model = model;
  }

  /** @internal */
  setParams(params: TrainingParams): void {
    this.params = params;
  }

  onTrainBegin?(logs?: Logs): unknown;
  onTrainEnd?(logs: Logs): unknown;
  onEpochBegin?(epoch: number, logs?: Logs): unknown;
  onEpochEnd?(epoch: number, logs: Logs): unknown;
  onBatchBegin?(batch: number, logs?: Logs): unknown;
  onBatchEnd?(batch: number, logs: Logs): unknown;
  onTestBegin?(logs?: Logs): unknown;
  onTestEnd?(logs: Logs): unknown;
  onTestBatchBegin?(batch: number, logs?: Logs): unknown;
  onTestBatchEnd?(batch: number, logs: Logs): unknown;
  onYield?(epoch: number, batch: number, logs: Logs, totals: RunningTotals): unknown;
  onGradients?(gradients: readonly (Tensor | undefined)[], variables: readonly Variable[]): void;
  onTestPredictions?(predictions: readonly Tensor[], labels: readonly Tensor[]): void;
  getState?(): CallbackState;
  setState?(state: CallbackState): unknown;
}
