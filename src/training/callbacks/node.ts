import { appendFile, readFile, stat, truncate, writeFile } from 'node:fs/promises';
import { FileError } from '../../base/errors.js';
import { boolean, type Given, readOptions, string } from '../../base/options.js';
import { show } from '../../base/show.js';
import type { CallbackState } from '../callback-state.js';
import { CSVLogger } from './csv-logger.js';

const OPTIONS = {
  /** Whether lines are added to a file that is there, without column names; default false: each `fit` replaces it. */
  append: boolean().default(false),
  /** Between the values of a line; default a comma. */
  separator: string().default(','),
};

export type CSVLoggerOptions = Given<typeof OPTIONS>;

/** Writes to a file. Resumed training continues after the line of its last epoch. */
class CSVFileLogger extends CSVLogger {
  static override readonly className: string = 'CSVFileLogger';

  /** Bytes of the file that are complete lines. */
  private bytes = 0;

  private started = false;

  constructor(
    private readonly path: string,
    private readonly append: boolean,
    separator: string,
  ) {
    super((line) => this.writeLine(line), true, separator);
  }

  override async onTrainBegin(): Promise<void> {
    super.onTrainBegin();
    this.started = this.append;
  }

  /** A file that is continued has its column names; those of other columns would mix with them. */
  protected override async writeHeader(line: string): Promise<void> {
    const first = this.append ? await this.firstLine() : '';
    if (first === '') await this.writeLine(line);
    else if (first !== line.trimEnd()) {
      console.warn(`csvLogger: ${this.path} begins with ${show(first)}, and lines of ${show(line.trimEnd())} follow`);
    }
  }

  private async firstLine(): Promise<string> {
    const text = await readFile(this.path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw fileError(this.path, 'read', error);
    });
    return text.split(/\r?\n/, 1)[0];
  }

  private async writeLine(line: string): Promise<void> {
    try {
      await (this.started ? appendFile(this.path, line) : writeFile(this.path, line));
    } catch (error) {
      throw fileError(this.path, 'written', error as NodeJS.ErrnoException);
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
    // Drop lines of epochs that will be trained again.
    if (size > bytes) await truncate(this.path, bytes);
    this.bytes = bytes;
    this.started ||= bytes > 0;
    await super.setState(state);
  }
}

const fileError = (path: string, done: 'read' | 'written', error: NodeJS.ErrnoException): FileError =>
  new FileError(`csvLogger: ${path} cannot be ${done}: ${error.message}`, error.code ?? '', { cause: error });

/**
 * Write one line per epoch to a CSV file. Its columns are those of the first epoch, and those of validation where `fit`
 * validates later.
 * @throws ValueError when the path is not one, or an option is unknown or wrong
 * @example await model.fit(x, y, { callbacks: [csvLogger('history.csv')] })
 */
export function csvLogger(path: string, options: CSVLoggerOptions = {}): CSVLogger {
  const { append, separator } = readOptions('csvLogger', OPTIONS, options);
  string().check('csvLogger', 'path', path);
  return new CSVFileLogger(path, append, separator);
}
