import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { FormatError } from '../../base/errors.js';
import { writeAtomically } from '../../io/storage/atomic-write.js';
import type { NamedRun } from '../../plots/charts/compare-runs.js';
import type { HistoryValues } from '../../plots/charts/curves.js';

/** Write `history.json` and `history.csv`: one row per epoch, counted from 1. */
export async function writeHistory(folder: string, history: HistoryValues): Promise<void> {
  const names = Object.keys(history);
  const epochs = Math.max(0, ...names.map((name) => history[name].length));
  const rows = Array.from({ length: epochs }, (_, epoch) => ({
    epoch: epoch + 1,
    ...Object.fromEntries(names.map((name) => [name, history[name][epoch]])),
  }));
  await writeAtomically(join(folder, 'history.json'), `${JSON.stringify({ epochs, rows }, null, 1)}\n`);
  const lines = [['epoch', ...names], ...rows.map((row) => Object.values(row))].map((cells) => cells.join(','));
  await writeAtomically(join(folder, 'history.csv'), `${lines.join('\n')}\n`);
}

/**
 * Read the history of a run: a column for each number of its rows.
 * @param given a run's folder, or a file as `history.json`; `NAME=PATH` gives the name
 * @throws FormatError when the file is missing or not a history
 */
export async function readHistory(given: string): Promise<NamedRun> {
  const [, name, path] = /^(?:([^=/]+)=)?(.*)$/.exec(given)!;
  const isFolder = await stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
  const file = isFolder ? join(path, 'history.json') : path;
  const text = await readFile(file, 'utf8').catch((error: Error) => {
    throw new FormatError(`${file}: cannot be read (${error.message})`);
  });
  let rows: unknown;
  try {
    rows = JSON.parse(text)?.rows;
  } catch {
    throw new FormatError(`${file}: not JSON`);
  }
  if (!Array.isArray(rows) || rows.length === 0) throw new FormatError(`${file}: rows is not a list of epochs`);
  const columns = Object.keys(rows[0] ?? {}).filter((column) => column !== 'epoch');
  const history = Object.fromEntries(columns.map((column) => [column, rows.map((row) => Number(row?.[column]))]));
  return { name: name ?? basename(resolve(path)).replace(/\.json$/, ''), history };
}
