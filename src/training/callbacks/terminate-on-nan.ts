import { readOptions } from '../../base/options.js';
import type { Logs } from '../model/logs.js';
import { Callback } from './callback.js';

/**
 * End training at the first batch whose loss is NaN or infinite.
 * @example await model.fit(x, y, { callbacks: [new callbacks.TerminateOnNaN()] })
 */
export class TerminateOnNaN extends Callback {
  /** @throws ValueError for any option: it has none */
  constructor(options: Readonly<Record<never, never>> = {}) {
    super();
    readOptions('terminateOnNaN', {}, options);
  }

  override onBatchEnd(batch: number, logs: Logs): void {
    if (logs.loss === undefined || Number.isFinite(logs.loss)) return;
    console.warn(`terminateOnNaN: the loss of batch ${batch} is ${logs.loss}, training ends`);
    this.model.stopTraining = true;
  }
}

/** See `TerminateOnNaN`. @example await model.fit(x, y, { callbacks: [callbacks.terminateOnNaN()] }) */
export const terminateOnNaN = (options: Readonly<Record<never, never>> = {}): TerminateOnNaN =>
  new TerminateOnNaN(options);
