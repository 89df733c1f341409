import { join } from 'node:path';
import { writeAtomically } from '../../io/storage/atomic-write.js';
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
