import type { TypedArray } from '../../base/dtype.js';
import { FormatError } from '../../base/errors.js';
import { boolean, type Given, integer, number, readOptions } from '../../base/options.js';
import { type CallbackState, numberIn, numberOrNull } from '../callback-state.js';
import type { Logs } from '../model/logs.js';
import { Callback } from './callback.js';
import { MONITOR_OPTIONS, Monitor } from './monitor.js';

const OPTIONS = {
  ...MONITOR_OPTIONS,
  /** Epochs without improvement before training ends; default 0. */
  patience: number({ min: 0 }).default(0),
  /** Whether to restore the weights of the best epoch at the end; default false. */
  restoreBestWeights: boolean().default(false),
  /** Value that the first improvement must surpass; default none. */
  baseline: number().optional(),
  /** Number of initial epochs to ignore; default 0. */
  startFromEpoch: integer({ min: 0 }).default(0),
  /** 1 prints a message when training ends; default 0. */
  verbose: number().default(0),
};

export type EarlyStoppingOptions = Given<typeof OPTIONS>;

/**
 * Stop training when a monitored value has stopped improving.
 * @throws ValueError when an option is unknown or of another type; after an epoch, when mode is `auto` and the
 * direction
 * of improvement is unknown
 * @see keras.callbacks.EarlyStopping
 * @example await model.fit(x, y, { callbacks: [earlyStopping({ patience: 3, restoreBestWeights: true })] })
 */
export class EarlyStopping extends Callback {
  static readonly className: string = 'EarlyStopping';
  /** The epoch at which training stopped; 0 if it has not. */
  stoppedEpoch = 0;
  bestEpoch = 0;
  private readonly monitor: Monitor;
  private wait = 0;
  private bestWeights: TypedArray[] | null = null;

  private readonly options;

  constructor(options?: EarlyStoppingOptions) {
    super();
    this.options = readOptions('earlyStopping', OPTIONS, options);
    this.monitor = new Monitor('earlyStopping', this.options);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.stoppedEpoch = 0;
    this.bestEpoch = 0;
    this.bestWeights = null;
    this.monitor.reset();
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    const { patience, restoreBestWeights, baseline, startFromEpoch } = this.options;
    const value = this.monitor.read(logs, this.model);
    if (value === undefined || epoch < startFromEpoch) return;
    this.wait++;
    if (this.monitor.isBetter(value)) {
      this.monitor.best = value;
      this.bestEpoch = epoch;
      if (restoreBestWeights) this.bestWeights = await this.copyWeights();
      if (baseline === undefined || this.monitor.isBetter(value, baseline)) this.wait = 0;
      return;
    }
    // NaN is never an improvement: if all values are NaN, the first epoch's weights are the best.
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

  /** @internal */
  override getState(): CallbackState {
    const { wait, stoppedEpoch, bestEpoch, bestWeights } = this;
    const values = { wait, stoppedEpoch, bestEpoch, best: this.monitor.best };
    return bestWeights ? { values, arrays: bestWeights } : { values };
  }

  /** @internal */
  override setState(state: CallbackState): void {
    this.wait = numberIn(state, 'earlyStopping', 'wait');
    this.stoppedEpoch = numberIn(state, 'earlyStopping', 'stoppedEpoch');
    this.bestEpoch = numberIn(state, 'earlyStopping', 'bestEpoch');
    this.monitor.best = numberOrNull(state, 'earlyStopping', 'best');
    const sizes = this.model.weights.map(({ size }) => size);
    const kept = state.arrays?.map(({ length }) => length);
    if (kept && String(kept) !== String(sizes)) {
      throw new FormatError(`earlyStopping: the saved weights have sizes ${kept}, expected ${sizes}`);
    }
    this.bestWeights = state.arrays ? [...state.arrays] : null;
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
