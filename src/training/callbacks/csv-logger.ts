import { ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import type { CallbackState } from '../callback-state.js';
import type { Logs } from '../model/logs.js';
import { Callback } from './callback.js';

const VALIDATION = 'val_';

/**
 * Write a header and then each epoch as a line of comma-separated values. Epochs without validation
 * have `NA` in its columns.
 * @param write receives a line with its line feed; `csvLogger(path)` of `nabla/node` writes a file
 * @param header whether the column names come first; default true
 * @param separator between the values of a line; default a comma
 * @example await model.fit(x, y, { callbacks: [new callbacks.CSVLogger((line) => console.log(line))] })
 */
export class CSVLogger extends Callback {
  static readonly className: string = 'CSVLogger';

  private columns: string[] | null = null;
  /** Names without a column that were warned of. */
  private readonly unwritten = new Set<string>();

  constructor(
    private readonly write: (line: string) => void | Promise<void>,
    private readonly header = true,
    private readonly separator = ',',
  ) {
    super();
    if (typeof write !== 'function') {
      throw new ValueError(
        `CSVLogger: write is ${show(write)}, expected a function of a line; csvLogger of nabla/node takes a path`,
      );
    }
    if (typeof separator !== 'string' || separator === '' || /["\r\n]/.test(separator)) {
      throw new ValueError(`CSVLogger: separator is ${show(separator)}, expected a text such as a comma`);
    }
  }

  override onTrainBegin(): void | Promise<void> {
    this.columns = null;
  }

  override async onEpochEnd(epoch: number, logs: Logs): Promise<void> {
    if (!this.columns) {
      this.columns = this.columnsOf(logs);
      if (this.header) await this.writeHeader(this.line(['epoch', ...this.columns]));
    }
    this.warnOfUnwritten(epoch, logs);
    await this.write(this.line([epoch, ...this.columns.map((name) => logs[name] ?? 'NA')]));
  }

  protected async writeHeader(line: string): Promise<void> {
    await this.write(line);
  }

  /** With `validationFreq` the first epochs have no validation. */
  private columnsOf(logs: Logs): string[] {
    const names = Object.keys(logs);
    if (!this.params?.doValidation || names.some((name) => name.startsWith(VALIDATION))) return names;
    return [...names, ...names.map((name) => `${VALIDATION}${name}`)];
  }

  private warnOfUnwritten(epoch: number, logs: Logs): void {
    for (const name of Object.keys(logs)) {
      if (this.columns?.includes(name) || this.unwritten.has(name)) continue;
      this.unwritten.add(name);
      console.warn(
        `CSVLogger: '${name}' is in the logs since epoch ${epoch}, after the columns were chosen; not written`,
      );
    }
  }

  /** Quoted where necessary (RFC 4180). */
  private line(fields: readonly (string | number)[]): string {
    const quoted = fields.map((field) => {
      const text = String(field);
      return text.includes(this.separator) || /["\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    });
    return `${quoted.join(this.separator)}\n`;
  }

  /** @internal */
  override getState(): CallbackState {
    return { values: { keys: this.columns } };
  }

  /** @internal */
  override setState({ values: { keys } }: CallbackState): void | Promise<void> {
    this.columns = Array.isArray(keys) ? keys.map(String) : null;
  }
}
