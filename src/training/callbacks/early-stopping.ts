import type { TypedArray } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import type { Logs } from '../logs.js';
import { Callback } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';

export interface EarlyStoppingOptions extends MonitorOptions {
  /** Epochs without improvement before training ends; default 0. */
  readonly patience?: number;
  /** Whether the weights of the best epoch come back at the end; default false. */
  readonly restoreBestWeights?: boolean;
  /** A value that must be reached for an epoch to count as an improvement; default none. */
  readonly baseline?: number;
  /** Epochs at the start in which nothing is watched; default 0. */
  readonly startFromEpoch?: number;
  /** 1 prints when training is ended; default 0. */
  readonly verbose?: number;
}

const OPTIONS = [
  'patience',
  'restoreBestWeights',
  'baseline',
  'startFromEpoch',
  'verbose',
] as const satisfies readonly (keyof EarlyStoppingOptions)[];

/**
 * Ends training when a number has stopped improving.
 * @throws ValueError when an option is unknown, or patience is negative
 * @see keras.callbacks.EarlyStopping
 * @example await model.fit(x, y, { callbacks: [earlyStopping({ patience: 3, restoreBestWeights: true })] })
 */
export class EarlyStopping extends Callback {
  /** The epoch that was stopped at; 0 while none was. */
  stoppedEpoch = 0;
  bestEpoch = 0;
  private readonly monitor: Monitor;
  private wait = 0;
  private bestWeights: TypedArray[] | null = null;

  constructor(private readonly options: EarlyStoppingOptions = {}) {
    super();
    this.monitor = new Monitor('earlyStopping', options, OPTIONS);
    if (!((options.patience ?? 0) >= 0)) {
      throw new ValueError(`earlyStopping: patience is ${options.patience}, expected a number ≥ 0`);
    }
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.bestWeights = null;
    this.monitor.reset();
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { patience = 0, restoreBestWeights, baseline, startFromEpoch = 0 } = this.options;
    const value = this.monitor.read(logs);
    if (value === undefined || epoch < startFromEpoch) return;
    this.wait++;
    if (this.monitor.isBetter(value)) {
      this.monitor.best = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.bestWeights = await this.copyWeights();
      if (baseline === undefined || this.monitor.isBetter(value, baseline)) this.wait = 0;
      return;
    }
    // A number that is NaN from the start is never better: then the first epoch's weights are the best there are.
    if (restoreBestWeights) this.bestWeights ??= await this.copyWeights();
    if (this.wait >= patience && epoch > 0) {
      this.stoppedEpoch = epoch;
      this.model.stopTraining = true;
    }
  }

  override onTrainEnd(): void {
    if (this.options.verbose && this.stoppedEpoch > 0) console.log(`Epoch ${this.stoppedEpoch + 1}: early stopping`);
    if (!this.bestWeights) return;
    for (const [index, { variable }] of this.model.weights.entries()) variable.assignValues(this.bestWeights[index]);
    this.bestWeights = null;
  }

  private copyWeights(): Promise<TypedArray[]> {
    return Promise.all(this.model.weights.map(({ variable }) => variable.data()));
  }
}

/**
 * See `EarlyStopping`.
 * @example await model.fit(x, y, { validationSplit: 0.1, callbacks: [callbacks.earlyStopping({ patience: 3 })] })
 */
export const earlyStopping = (options?: EarlyStoppingOptions): EarlyStopping => new EarlyStopping(options);
