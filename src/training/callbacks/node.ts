import { appendFile, writeFile } from 'node:fs/promises';
import { CSVLogger } from './csv-logger.js';

/**
 * Writes one line an epoch to a CSV file; a file that is there is replaced.
 * @param options.append default false; true goes on at its end, without column names
 * @example await model.fit(x, y, { callbacks: [csvLogger('history.csv')] })
 */
export function csvLogger(path: string, { append = false }: { readonly append?: boolean } = {}): CSVLogger {
  let started = append;
  return new CSVLogger(async (line) => {
    await (started ? appendFile(path, line) : writeFile(path, line));
    started = true;
  }, !append);
}
