import { existsSync } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { FormatError } from '../../base/errors.js';
import type { NamedRun } from '../../plots/charts/rank-runs.js';

const HISTORY_FILE = 'history.json';

/**
 * Find the runs that a path names: a run's folder, one of its files, or a folder of runs, each by its folder's name.
 * @param given `NAME=PATH` names a single run
 * @throws FormatError when a file is missing or no history
 */
export async function findRuns(given: string): Promise<NamedRun[]> {
  const [, name, path] = /^(?:([^=/]+)=)?(.*)$/.exec(given)!;
  const files = await historyFiles(path);
  const named = (file: string): string =>
    file.endsWith(HISTORY_FILE) ? basename(dirname(resolve(file))) : basename(file).replace(/\.json$/, '');
  return Promise.all(files.map(async (file) => ({ name: name ?? named(file), history: await readHistory(file) })));
}

async function historyFiles(path: string): Promise<string[]> {
  const info = await stat(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
  });
  // The record of a run stands for the run.
  if (!info.isDirectory()) return [basename(path) === 'run.json' ? join(dirname(path), HISTORY_FILE) : path];
  if (existsSync(join(path, HISTORY_FILE))) return [join(path, HISTORY_FILE)];
  const entries = (await readdir(path)).sort();
  const below = entries.map((entry) => join(path, entry, HISTORY_FILE)).filter((file) => existsSync(file));
  if (below.length === 0) {
    throw new FormatError(`${path}: no ${HISTORY_FILE} in it or in a folder below, expected a run or a folder of runs`);
  }
  return below;
}

/** Read a history: a column for each number of its rows. */
async function readHistory(file: string): Promise<NamedRun['history']> {
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new FormatError(`${file}: cannot be read (${error.message})`, { cause: error });
  });
  let rows: unknown;
  try {
    rows = JSON.parse(text)?.rows;
  } catch {
    throw new FormatError(`${file}: not JSON`);
  }
  if (!Array.isArray(rows) || rows.length === 0) throw new FormatError(`${file}: rows is not a list of epochs`);
  const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== 'epoch');
  return Object.fromEntries(columns.map((column) => [column, rows.map((row) => Number(row?.[column] ?? Number.NaN))]));
}
