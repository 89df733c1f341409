import { Callback, type CallbackModel, type Logs } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';

export interface ModelCheckpointOptions extends MonitorOptions {
  /** Writes the model wherever it belongs. @param epoch from 0 */
  readonly save: (model: CallbackModel, epoch: number, logs: Logs) => void | Promise<void>;
  /** Whether only an epoch better than all before is saved; default false: every epoch. */
  readonly saveBestOnly?: boolean;
}

/**
 * Saves the model after epochs.
 * @example await model.fit(x, y, { callbacks: [callbacks.modelCheckpoint({ save: (_, epoch) => model.save(`${epoch}.keras`) })] })
 */
export class ModelCheckpoint extends Callback {
  private readonly monitor: Monitor;

  constructor(private readonly options: ModelCheckpointOptions) {
    super();
    this.monitor = new Monitor('modelCheckpoint', options);
  }

  override async onEpochEnd(epoch: number, logs: Logs = {}): Promise<void> {
    if (this.options.saveBestOnly) {
      const value = this.monitor.read(logs);
      if (value === undefined || !this.monitor.isBetter(value)) return;
      this.monitor.best = value;
    }
    await this.options.save(this.model, epoch, logs);
  }
}

/**
 * See `ModelCheckpoint`.
 * @example callbacks.modelCheckpoint({ save: () => model.save('best.keras'), saveBestOnly: true })
 */
export const modelCheckpoint = (options: ModelCheckpointOptions): ModelCheckpoint => new ModelCheckpoint(options);
