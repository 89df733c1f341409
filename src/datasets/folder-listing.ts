import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../base/errors.js';

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);

/**
 * List the names of a folder's entries of one kind, sorted by code units, so that the order is the same on every
 * machine.
 * @throws FormatError when there is no such folder
 */
export async function listFolder(folder: string, kind: 'files' | 'folders'): Promise<string[]> {
  const entries = await entriesOf(folder);
  // Links are listed too: only opening one shows what it points to.
  const wanted = entries.filter((entry) => entry.isSymbolicLink() || entry.isDirectory() === (kind === 'folders'));
  return wanted.map((entry) => entry.name).sort(byCodeUnits);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'no such folder' : code === 'ENOTDIR' ? 'a file, expected a folder' : message;
    throw new FormatError(`${folder}: ${what}`, { cause: error });
  }
}

/** List the paths of the files whose names match, without compressed duplicates: `a.bin` hides `a.bin.gz`. */
export async function findFiles(folder: string, name: RegExp): Promise<string[]> {
  const names = (await listFolder(folder, 'files')).filter((entry) => name.test(entry));
  const unique = names.filter((entry) => !names.includes(entry.replace(/\.gz$/, '')) || !entry.endsWith('.gz'));
  return unique.map((entry) => join(folder, entry));
}

/** Return the first of the files that `findFiles` finds. */
export async function findFile(folder: string, name: RegExp): Promise<string | undefined> {
  return (await findFiles(folder, name))[0];
}
