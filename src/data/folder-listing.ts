import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { FormatError } from '../tensor/errors.js';

/**
 * Names of a folder's entries of one kind, in the order of their code units, the same on every machine.
 * @throws FormatError when there is no such folder
 */
export async function listFolder(folder: string, kind: 'files' | 'folders'): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    // A link counts as what it points to, which only opening it would tell; readers do that.
    const wanted = entries.filter((entry) => entry.isSymbolicLink() || entry.isDirectory() === (kind === 'folders'));
    return wanted.map((entry) => entry.name).sort((a, b) => (a < b ? -1 : 1));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'no such folder' : code === 'ENOTDIR' ? 'a file, expected a folder' : message;
    throw new FormatError(`${folder}: ${what}`, { cause: error });
  }
}

/** Paths of the files whose name matches, one for each content: `a.bin` hides `a.bin.gz`. */
export async function findFiles(folder: string, name: RegExp): Promise<string[]> {
  const names = (await listFolder(folder, 'files')).filter((entry) => name.test(entry));
  const unique = names.filter((entry) => !names.includes(entry.replace(/\.gz$/, '')) || !entry.endsWith('.gz'));
  return unique.map((entry) => join(folder, entry));
}

/** The first of the files that `findFiles` finds. */
export async function findFile(folder: string, name: RegExp): Promise<string | undefined> {
  return (await findFiles(folder, name))[0];
}
