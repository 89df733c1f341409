import { type Given, integer, number, readOptions } from '../../base/options.js';
import { type CallbackState, numberIn, numberOrNull } from '../callback-state.js';
import type { Logs } from '../model/logs.js';
import { Callback } from './callback.js';
import { MONITOR_OPTIONS, Monitor } from './monitor.js';

const OPTIONS = {
  ...MONITOR_OPTIONS,
  /** Smallest change that counts as an improvement; default 0.0001. */
  minDelta: number().default(1e-4),
  /** Factor on the learning rate, below 1; default 0.1. */
  factor: number({ above: 0, below: 1 }).default(0.1),
  /** Epochs without improvement before a reduction; default 10. */
  patience: integer({ min: 0 }).default(10),
  /** Number of epochs to wait after a reduction; default 0. */
  cooldown: integer({ min: 0 }).default(0),
  /** Default 0. */
  minLR: number({ min: 0 }).default(0),
  /** 1 prints each reduction; default 0. */
  verbose: number().default(0),
};

export type ReduceLROnPlateauOptions = Given<typeof OPTIONS>;

/**
 * Reduce the learning rate when a monitored value has stopped improving.
 * @throws ValueError when an option is unknown or out of range; after an epoch, when mode is `auto` and the direction
 * of improvement is unknown, or the
 *   learning rate is a schedule
 * @see keras.callbacks.ReduceLROnPlateau
 * @example await model.fit(x, y, { callbacks: [new callbacks.ReduceLROnPlateau({ monitor: 'loss', patience: 3 })] })
 */
export class ReduceLROnPlateau extends Callback {
  static readonly className: string = 'ReduceLROnPlateau';
  private readonly monitor: Monitor;
  private wait = 0;
  private cooling = 0;

  private readonly options;

  constructor(options?: ReduceLROnPlateauOptions) {
    super();
    this.options = readOptions('reduceLROnPlateau', OPTIONS, options);
    this.monitor = new Monitor('reduceLROnPlateau', this.options);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.cooling = 0;
    this.monitor.reset();
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { factor, patience, cooldown, minLR, verbose } = this.options;
    const value = this.monitor.read(logs, this.model);
    if (value === undefined) return;
    if (this.cooling > 0) {
      this.cooling--;
      this.wait = 0;
    }
    if (this.monitor.isBetter(value)) {
      this.monitor.best = value;
      this.wait = 0;
    } else if (this.cooling === 0 && ++this.wait >= patience) {
      const { optimizer } = this.model;
      const before = optimizer.baseLearningRate;
      if (before <= minLR) return;
      optimizer.baseLearningRate = Math.max(before * factor, minLR);
      if (verbose) console.log(`Epoch ${epoch + 1}: learning rate reduced to ${optimizer.baseLearningRate}`);
      this.cooling = cooldown;
      this.wait = 0;
    }
  }

  /** @internal */
  override getState(): CallbackState {
    return { values: { wait: this.wait, cooling: this.cooling, best: this.monitor.best } };
  }

  /** @internal */
  override setState(state: CallbackState): void {
    this.wait = numberIn(state, 'reduceLROnPlateau', 'wait');
    this.cooling = numberIn(state, 'reduceLROnPlateau', 'cooling');
    this.monitor.best = numberOrNull(state, 'reduceLROnPlateau', 'best');
  }
}

/**
 * See `ReduceLROnPlateau`.
 * @example await model.fit(x, y, { callbacks: [callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 3 })] })
 */
export const reduceLROnPlateau = (options?: ReduceLROnPlateauOptions): ReduceLROnPlateau =>
  new ReduceLROnPlateau(options);
