import { appendFile, stat, truncate, writeFile } from 'node:fs/promises';
import { FileError } from '../../base/errors.js';
import { boolean, type Given, readOptions, string } from '../../base/options.js';
import type { CallbackState } from '../callback-state.js';
import { CSVLogger } from './csv-logger.js';

const OPTIONS = {
  /** Whether lines are added to a file that is there, without column names; default false: it is replaced. */
  append: boolean().default(false),
};

export type CSVLoggerOptions = Given<typeof OPTIONS>;

/** Writes to a file. A training that is continued goes on behind the line of its last epoch. */
class CSVFileLogger extends CSVLogger {
  static override readonly className: string = 'CSVFileLogger';

  /** Bytes of the file that are whole lines of epochs. */
  private bytes = 0;

  constructor(
    private readonly path: string,
    private started: boolean,
  ) {
    super((line) => this.writeLine(line), !started);
  }

  private async writeLine(line: string): Promise<void> {
    try {
      await (this.started ? appendFile(this.path, line) : writeFile(this.path, line));
    } catch (error) {
      const { code = '', message } = error as NodeJS.ErrnoException;
      throw new FileError(`csvLogger: ${this.path} cannot be written: ${message}`, code, { cause: error });
    }
    this.started = true;
    this.bytes = (await stat(this.path)).size;
  }

  /** @internal */
  override getState(): CallbackState {
    return { values: { ...super.getState().values, bytes: this.bytes } };
  }

  /** @internal */
  override async setState(state: CallbackState): Promise<void> {
    const bytes = Number(state.values.bytes);
    const size = await stat(this.path).then(
      (found) => found.size,
      () => 0,
    );
    if (size < bytes) {
      console.warn(`csvLogger: ${this.path} has ${size} bytes, ${bytes} when training was interrupted; it starts over`);
      return;
    }
    // Epochs that were written, and are trained once more.
    if (size > bytes) await truncate(this.path, bytes);
    this.bytes = bytes;
    this.started ||= bytes > 0;
    await super.setState(state);
  }
}

/**
 * Write one line per epoch to a CSV file.
 * @throws ValueError when the path is not one, or an option is unknown or wrong
 * @example await model.fit(x, y, { callbacks: [csvLogger('history.csv')] })
 */
export function csvLogger(path: string, options: CSVLoggerOptions = {}): CSVLogger {
  const { append } = readOptions('csvLogger', OPTIONS, options);
  string().check('csvLogger', 'path', path);
  return new CSVFileLogger(path, append);
}
