import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import type { CallbackState } from '../callback-state.js';
import type { Logs } from '../model/logs.js';
import { Callback } from './callback.js';

/**
 * Write each epoch as a line of comma-separated values, the column names before the first.
 * @param write receives a line with its line feed; `csvLogger(path)` of `nabla/node` writes a file
 * @example await model.fit(x, y, { callbacks: [new callbacks.CSVLogger((line) => console.log(line))] })
 */
export class CSVLogger extends Callback {
  static readonly className: string = 'CSVLogger';

  private keys: string[] | null = null;

  constructor(
    private readonly write: (line: string) => void | Promise<void>,
    /** Whether the column names come first. */
    private readonly header = true,
  ) {
    super();
    if (typeof write !== 'function') {
      throw new ValueError(
        `CSVLogger: write is ${show(write)}, expected a function of a line; csvLogger of nabla/node takes a path`,
      );
    }
  }

  override onTrainBegin(): void {
    this.keys = null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (!this.keys) {
      this.keys = Object.keys(logs);
      if (this.header) await this.write(`${['epoch', ...this.keys].join(',')}\n`);
    }
    await this.write(`${[epoch, ...this.keys.map((key) => logs[key] ?? 'NA')].join(',')}\n`);
  }

  /** @internal */
  override getState(): CallbackState {
    return { values: { keys: this.keys } };
  }

  /** @internal */
  override setState({ values: { keys } }: CallbackState): void | Promise<void> {
    this.keys = Array.isArray(keys) ? keys.map(String) : null;
  }
}
