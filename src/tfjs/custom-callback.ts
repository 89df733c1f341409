import { callable, type Given, readOptions } from '../base/options.js';
import { Callback } from '../training/callbacks/callback.js';
import type { Logs } from '../training/model/logs.js';

export { Callback } from '../training/callbacks/callback.js';
export { EarlyStopping } from '../training/callbacks/early-stopping.js';
export { History } from '../training/callbacks/history.js';

type OfLogs = (logs?: Logs) => unknown;
type OfCount = (count: number, logs: Logs) => unknown;

const FUNCTIONS = {
  onTrainBegin: callable<OfLogs>().optional(),
  onTrainEnd: callable<OfLogs>().optional(),
  /** Receives the index of the epoch, from 0. */
  onEpochBegin: callable<OfCount>().optional(),
  onEpochEnd: callable<OfCount>().optional(),
  /** Receives the index of the batch within its epoch, from 0. */
  onBatchBegin: callable<OfCount>().optional(),
  onBatchEnd: callable<OfCount>().optional(),
  /** Receives epoch, batch and logs whenever training yields to the event loop. */
  onYield: callable<(epoch: number, batch: number, logs: Logs) => unknown>().optional(),
};

/**
 * A callback made of functions. `fit` also accepts the plain object.
 * @example const callback = new CustomCallback({ onEpochEnd: (epoch, logs) => console.log(epoch, logs.loss) });
 */
export class CustomCallback extends Callback {
  /** @throws ValueError for the name of a function that is never called */
  constructor(functions: Given<typeof FUNCTIONS>) {
    super();
    const given = Object.entries(readOptions('CustomCallback', FUNCTIONS, functions));
    Object.assign(this, Object.fromEntries(given.filter(([, each]) => each !== undefined)));
  }
}
