import type { Logs } from '../logs.js';
import { Callback } from './callback.js';

/**
 * Gives each epoch as a line of comma-separated values, the column names before the first.
 * @param write takes a line, with its line feed; `csvLogger(path)` of `nabla/node` writes a file
 * @example await model.fit(x, y, { callbacks: [new callbacks.CSVLogger((line) => console.log(line))] })
 */
export class CSVLogger extends Callback {
  private keys: string[] | null = null;

  constructor(
    private readonly write: (line: string) => void | Promise<void>,
    /** Whether the column names come first. */
    private readonly header = true,
  ) {
    super();
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
}
