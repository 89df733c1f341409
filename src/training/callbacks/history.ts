import { INSPECT, type InspectArguments, inspected } from '../../base/inspect.js';
import type { EpochHistory, Logs } from '../model/logs.js';
import { Callback } from './callback.js';

/**
 * One number per epoch for each log key; the result of `fit`.
 * @example const { history, epoch } = await model.fit(x, y, { epochs: 3 })
 */
export class History extends Callback implements EpochHistory {
  /** Numbers of the epochs that were run, starting at initialEpoch. */
  readonly epoch: number[] = [];
  readonly history: Record<string, number[]> = {};

  override onEpochEnd(epoch: number, logs: Logs): void {
    this.epoch.push(epoch);
    for (const [key, value] of Object.entries(logs)) (this.history[key] ??= []).push(value);
  }

  /** @internal Continue a history that was kept. */
  restore({ epoch, history }: EpochHistory): void {
    this.epoch.splice(0, this.epoch.length, ...epoch);
    for (const [key, values] of Object.entries(history)) this.history[key] = [...values];
  }

  /** @internal `History { epoch: [ 0, 1 ], history: { loss: [ 0.3, 0.2 ] } }` */
  [INSPECT](...args: InspectArguments): string {
    return inspected('History', { epoch: this.epoch, history: this.history }, args);
  }
}
