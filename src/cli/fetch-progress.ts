import { mebibytes } from '../base/mebibytes.js';
import type { DownloadOptions } from '../datasets/download.js';
import { bytesOf, REMOTE_SETS } from '../datasets/remote-sets.js';
import type { ImageSetName } from '../datasets/set-names.js';

/** Fraction of a file between two progress lines without a terminal. */
const STEP = 0.1;

/** Download a data set; print its size, then the progress. */
export async function fetchWithProgress<T>(
  name: ImageSetName,
  fetch: (options: DownloadOptions) => Promise<T>,
): Promise<T> {
  const remote = REMOTE_SETS[name];
  if (remote) console.log(`downloading ${name}: ${mebibytes(bytesOf(remote), 1)} from ${remote.address}`);
  const isTerminal = process.stderr.isTTY ?? false;
  let next = STEP;
  const onProgress = (received: number, total: number): void => {
    if (isTerminal) process.stderr.write(`\r${mebibytes(received, 1)} of ${mebibytes(total, 1)} `);
    else if (received / total >= next || received === total) {
      console.error(`${mebibytes(received, 1)} of ${mebibytes(total, 1)}`);
      next = received === total ? STEP : Math.floor(received / total / STEP) * STEP + STEP;
    }
  };
  try {
    return await fetch({ onProgress });
  } finally {
    if (isTerminal) process.stderr.write('\n');
  }
}
