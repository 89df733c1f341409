import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { FormatError, ValueError } from '../base/errors.js';
import { didYouMean } from '../base/names.js';

const byCodeUnits = (a: string, b: string): number => (a < b ? -1 : 1);

/**
 * List the names of a folder's entries of one kind, sorted by code units, so that the order is the same on every
 * machine.
 * @throws FormatError when there is no such folder
 */
export async function listFolder(folder: string, kind: 'files' | 'folders'): Promise<string[]> {
  const entries = await entriesOf(folder, false);
  // Links are listed too: only opening one shows what it points to.
  const wanted = entries.filter((entry) => entry.isSymbolicLink() || entry.isDirectory() === (kind === 'folders'));
  return wanted.map((entry) => entry.name).sort(byCodeUnits);
}

/**
 * List the paths of the files whose names match, in a folder and its sub-folders, without hidden ones; a folder's own
 * come first.
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

const IMAGE_NAME = /\.(jpe?g|png|webp|avif|tiff?|gif)$/i;

/** The pictures of a folder with one sub-folder per class. */
export interface PictureListing {
  readonly classNames: string[];
  readonly paths: string[];
  /** The class of each path. */
  readonly labels: Int32Array;
}

/**
 * List the pictures of a folder: classes and files sorted by name, without hidden files and folders without
 * pictures.
 * @throws FormatError when there are none @throws ValueError when a class that is asked for has no folder
 */
export async function listPictures(
  caller: string,
  folder: string,
  { classNames: wanted, limitPerClass }: { classNames?: readonly string[]; limitPerClass?: number } = {},
): Promise<PictureListing> {
  const present = (await listFolder(folder, 'folders')).filter((name) => !name.startsWith('.'));
  const missing = wanted?.find((name) => !present.includes(name));
  if (missing !== undefined) {
    const found = present.join(', ') || 'no folders';
    throw new ValueError(
      `${caller}: ${folder} has no folder for the class '${missing}', it has ${found}${didYouMean(missing, present)}`,
    );
  }
  const classNames: string[] = [];
  const paths: string[] = [];
  const labels: number[] = [];
  for (const name of wanted ?? present) {
    const found = (await listTree(join(folder, name), IMAGE_NAME)).slice(0, limitPerClass);
    if (found.length === 0 && !wanted) continue;
    for (const path of found) {
      paths.push(path);
      labels.push(classNames.length);
    }
    classNames.push(name);
  }
  if (paths.length === 0) throw new FormatError(`${folder}: no pictures in it, expected one folder of them a class`);
  return { classNames, paths, labels: Int32Array.from(labels) };
}
