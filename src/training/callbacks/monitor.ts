import { ValueError } from '../../base/errors.js';
import { assertKnownOptions } from '../../base/names.js';
import type { Logs } from '../logs.js';

export interface MonitorOptions {
  /** The log key to watch; default `val_loss`. */
  readonly monitor?: string;
  /** What counts as better; `auto` takes `max` for accuracies, AUC, precision and recall, else `min`. Default `auto`. */
  readonly mode?: 'auto' | 'min' | 'max';
  /** What a change must exceed to count as better; default 0. */
  readonly minDelta?: number;
}

/** A metric's name, with the number or threshold that parts it from others of its kind. */
const RISING = /(acc|accuracy|auc|precision|recall|similarity)(_[\d.]+)?$/i;

/** Remembers the best value of a log key. */
export class Monitor {
  readonly key: string;
  best: number;
  private readonly sign: 1 | -1;
  private readonly minDelta: number;
  private warned = false;

  /**
   * @param others options of the callback beside those of what it watches
   * @throws ValueError when an option is unknown, or mode is none of the three
   */
  constructor(
    private readonly owner: string,
    options: MonitorOptions,
    others: readonly string[],
  ) {
    assertKnownOptions(owner, options, ['monitor', 'mode', 'minDelta', ...others]);
    const { monitor = 'val_loss', mode = 'auto', minDelta = 0 } = options;
    if (!['auto', 'min', 'max'].includes(mode)) {
      throw new ValueError(`${owner}: mode is '${mode}', expected 'auto', 'min' or 'max'`);
    }
    this.key = monitor;
    this.sign = mode === 'max' || (mode === 'auto' && RISING.test(monitor)) ? 1 : -1;
    this.minDelta = Math.abs(minDelta);
    this.best = this.sign * Number.NEGATIVE_INFINITY;
  }

  reset(): void {
    this.best = this.sign * Number.NEGATIVE_INFINITY;
  }

  /** The watched value; undefined, with one warning, where the logs lack it. */
  read(logs: Logs): number | undefined {
    const value = logs[this.key];
    if (value === undefined && !this.warned) {
      this.warned = true;
      console.warn(`${this.owner}: ${this.key} is not in the logs, which have ${Object.keys(logs).join(', ')}`);
    }
    return value;
  }

  isBetter(value: number, than = this.best): boolean {
    return this.sign * (value - than) > this.minDelta;
  }
}
