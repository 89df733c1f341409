import { ValueError } from '../../base/errors.js';
import { number, type Options, oneOf, string } from '../../base/options.js';
import type { Logs } from '../model/logs.js';
import type { TrainedModel } from '../model/trained-model.js';

/** Options of callbacks that monitor a value of the logs. */
export const MONITOR_OPTIONS = {
  /** The log key to monitor; default `val_loss`. */
  monitor: string().default('val_loss'),
  /** Whether smaller or larger values are better; default `auto`: the loss or metric decides. */
  mode: oneOf(['auto', 'min', 'max']).default('auto'),
  /** Smallest change that counts as an improvement; default 0. */
  minDelta: number().default(0),
};

/** Remembers the best value of a log key. */
export class Monitor {
  readonly key: string;
  /** The best value so far; null before the first. */
  best: number | null = null;
  private readonly minDelta: number;
  private sign: 1 | -1 | null;
  private warned = false;

  /** @param owner the callback, for messages */
  constructor(
    private readonly owner: string,
    { monitor, mode, minDelta }: Options<typeof MONITOR_OPTIONS>,
  ) {
    this.key = monitor;
    this.sign = mode === 'auto' ? null : signOf(mode);
    this.minDelta = Math.abs(minDelta);
  }

  reset(): void {
    this.best = null;
  }

  /**
   * Return the monitored value; undefined, with one warning, if the logs lack it.
   * @throws ValueError when mode is `auto` and it is unknown whether larger or smaller values are better
   */
  read(logs: Logs, model: TrainedModel): number | undefined {
    const value = logs[this.key];
    this.sign ??= this.signBy(model, logs);
    if (value === undefined && !this.warned) {
      this.warned = true;
      console.warn(`${this.owner}: ${this.key} is not in the logs, which have ${Object.keys(logs).join(', ')}`);
    }
    return value;
  }

  private signBy(model: TrainedModel, logs: Logs): 1 | -1 {
    const direction = model.directionOf(this.key.replace(/^val_/, ''));
    if (direction) return signOf(direction);
    const known = this.key in logs ? '' : `; the logs have ${Object.keys(logs).join(', ')}`;
    throw new ValueError(
      `${this.owner}: it is unknown whether a larger or a smaller ${this.key} is better, expected mode 'min' or ` +
        `'max'${known}`,
    );
  }

  isBetter(value: number, than = this.best): boolean {
    const sign = this.sign!;
    return sign * (value - (than ?? sign * Number.NEGATIVE_INFINITY)) > this.minDelta;
  }
}

const signOf = (mode: 'min' | 'max'): 1 | -1 => (mode === 'max' ? 1 : -1);
