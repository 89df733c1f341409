import { appendFile, writeFile } from 'node:fs/promises';
import { boolean, type Given, readOptions, string } from '../../base/options.js';
import { CSVLogger } from './csv-logger.js';

const OPTIONS = {
  /** Whether lines are added to a file that is there, without column names; default false: it is replaced. */
  append: boolean().default(false),
};

export type CSVLoggerOptions = Given<typeof OPTIONS>;

/**
 * Write one line an epoch to a CSV file.
 * @throws ValueError when the path is not one, or an option is unknown or wrong
 * @example await model.fit(x, y, { callbacks: [csvLogger('history.csv')] })
 */
export function csvLogger(path: string, options: CSVLoggerOptions = {}): CSVLogger {
  const { append } = readOptions('csvLogger', OPTIONS, options);
  string().check('csvLogger', 'path', path);
  let started = append;
  return new CSVLogger(async (line) => {
    await (started ? appendFile(path, line) : writeFile(path, line));
    started = true;
  }, !append);
}
