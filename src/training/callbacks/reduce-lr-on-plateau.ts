import { ValueError } from '../../base/errors.js';
import type { Logs } from '../logs.js';
import { Callback } from './callback.js';
import { Monitor, type MonitorOptions } from './monitor.js';

export interface ReduceLROnPlateauOptions extends MonitorOptions {
  /** What the learning rate is multiplied by, below 1; default 0.1. */
  readonly factor?: number;
  /** Epochs without improvement before it is; default 10. */
  readonly patience?: number;
  /** Epochs after a reduction in which nothing is watched; default 0. */
  readonly cooldown?: number;
  /** Default 0. */
  readonly minLR?: number;
  /** 1 prints each reduction; default 0. */
  readonly verbose?: number;
}

const OPTIONS = [
  'factor',
  'patience',
  'cooldown',
  'minLR',
  'verbose',
] as const satisfies readonly (keyof ReduceLROnPlateauOptions)[];

/**
 * Lowers the learning rate when a number has stopped improving.
 * @param options minDelta default 0.0001
 * @throws ValueError when factor is not below 1
 * @example await model.fit(x, y, { callbacks: [new callbacks.ReduceLROnPlateau({ monitor: 'loss', patience: 3 })] })
 */
export class ReduceLROnPlateau extends Callback {
  private readonly monitor: Monitor;
  private wait = 0;
  private cooling = 0;

  constructor(private readonly options: ReduceLROnPlateauOptions = {}) {
    super();
    const { factor = 0.1 } = options;
    if (!(factor > 0 && factor < 1)) {
      throw new ValueError(`reduceLROnPlateau: factor is ${factor}, expected a number between 0 and 1`);
    }
    this.monitor = new Monitor('reduceLROnPlateau', { minDelta: 1e-4, ...options }, OPTIONS);
  }

  override onTrainBegin(): void {
    this.wait = 0;
    this.cooling = 0;
    this.monitor.reset();
  }

  override onEpochEnd(epoch: number, logs: Logs): void {
    const { factor = 0.1, patience = 10, cooldown = 0, minLR = 0, verbose } = this.options;
    const value = this.monitor.read(logs);
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
}

/**
 * See `ReduceLROnPlateau`.
 * @example await model.fit(x, y, { callbacks: [callbacks.reduceLROnPlateau({ monitor: 'loss', patience: 3 })] })
 */
export const reduceLROnPlateau = (options?: ReduceLROnPlateauOptions): ReduceLROnPlateau =>
  new ReduceLROnPlateau(options);
