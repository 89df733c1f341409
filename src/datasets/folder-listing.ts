import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { FormatError } from '../base/errors.js';

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);

/**
 * Names of a folder's entries of one kind, in the order of their code units, the same on every machine.
 * @throws FormatError when there is no such folder
 */
export async function listFolder(folder: string, kind: 'files' | 'folders'): Promise<string[]> {
  const entries = await entriesOf(folder, false);
  // A link counts as what it points to, which only opening it would tell; readers do that.
  const wanted = entries.filter((entry) => entry.isSymbolicLink() || entry.isDirectory() === (kind === 'folders'));
  return wanted.map((entry) => entry.name).sort(byCodeUnits);
}

/**
 * Paths of the files whose names match, in a folder and in those within, hidden ones left out; a folder's own come
 * first.
 * @throws FormatError when there is no such folder
 */
export async function listTree(folder: string, name: RegExp): Promise<string[]> {
  const entries = (await entriesOf(folder, true)).filter((entry) => !entry.isDirectory() && name.test(entry.name));
  const isHidden = (path: string): boolean => path.split(sep).some((part) => part.startsWith('.'));
  return entries
    .sort((a, b) =>
      a.parentPath === b.parentPath ? byCodeUnits(a.name, b.name) : byCodeUnits(a.parentPath, b.parentPath),
    )
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !isHidden(relative(folder, path)));
}

async function entriesOf(folder: string, recursive: boolean): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true, recursive });
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
