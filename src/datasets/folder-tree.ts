import { type FileHandle, open, readdir, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { FormatError } from '../base/errors.js';
import { assertPictureSize, type PictureTree } from '../images/folders/picture-tree.js';
import { treeOfZip } from '../images/folders/zip-archive.js';

/** Levels of folders at which links to folders are followed: parts of a set, and classes. */
const LINKED_LEVELS = 2;

/**
 * Open a folder, or a zip archive of one, to list its images.
 * @throws FormatError when there is none, or the archive is damaged
 */
export async function openTree(path: string): Promise<PictureTree> {
  const info = await stat(path).catch((error: NodeJS.ErrnoException) => {
    throw new FormatError(`${path}: ${error.code === 'ENOENT' ? 'no such folder' : error.message}`, { cause: error });
  });
  if (info.isDirectory()) return treeOfFolder(path);
  if (/\.zip$/i.test(path)) return openArchive(path);
  throw new FormatError(`${path}: a file, expected a folder or a zip archive`);
}

async function treeOfFolder(root: string): Promise<PictureTree> {
  const paths: string[] = [];
  const walk = async (prefix: string, level: number): Promise<void> => {
    const folder = join(root, prefix);
    const entries = await readdir(folder, { withFileTypes: true }).catch((error: Error) => {
      throw new FormatError(`${folder}: cannot be read (${error.message})`, { cause: error });
    });
    for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
      const path = prefix + entry.name;
      const isLinked = entry.isSymbolicLink() && level < LINKED_LEVELS && (await isFolder(join(root, path)));
      if (!entry.isDirectory() && !isLinked) paths.push(path);
      else {
        paths.push(`${path}/`);
        await walk(`${path}/`, level + 1);
      }
    }
  };
  await walk('', 0);
  return {
    name: root,
    paths,
    file(path) {
      const name = join(root, path);
      return { name, bytes: () => readPicture(name) };
    },
    async close() {},
  };
}

const isFolder = (path: string): Promise<boolean> =>
  stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );

async function readPicture(path: string): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
  });
  assertPictureSize(path, bytes.length);
  return bytes;
}

async function openArchive(path: string): Promise<PictureTree> {
  const file = await open(path).catch((error: Error) => {
    throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
  });
  try {
    return await treeOfZip(path, readerOf(file), () => file.close());
  } catch (error) {
    await file.close();
    throw error;
  }
}

const readerOf = (file: FileHandle) => ({
  getLength: async () => (await file.stat()).size,
  async read(at: number, bytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const { buffer, bytesRead } = await file.read(new Uint8Array(bytes), 0, bytes, at);
    if (bytesRead < bytes) throw new Error(`the file ends at byte ${at + bytesRead}`);
    return buffer;
  },
});

/** The name of a folder or archive without its path and extension. */
export const plainName = (path: string): string => basename(path).replace(/\.zip$/i, '');
