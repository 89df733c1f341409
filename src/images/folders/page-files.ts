import { FormatError, ValueError } from '../../base/errors.js';
import { show } from '../../base/show.js';
import { assertPictureSize, type PictureTree } from './picture-tree.js';

/** A file that was picked in a page: a `File`. */
export interface PickedFile extends Blob {
  readonly name: string;
  readonly webkitRelativePath: string;
}

/** The folder that `showDirectoryPicker` returns: a `FileSystemDirectoryHandle`. */
export interface PickedDirectory {
  readonly kind: 'directory';
  readonly name: string;
}

interface DirectoryContents extends PickedDirectory {
  values(): AsyncIterable<DirectoryContents | FileInDirectory>;
}

interface FileInDirectory {
  readonly kind: 'file';
  readonly name: string;
  getFile(): Promise<PickedFile>;
}

/**
 * The files of an `<input type="file" webkitdirectory>`, without the name of the folder that was picked.
 * @throws ValueError when they were picked one by one, without their folders
 */
export function treeOfFiles(caller: string, files: readonly PickedFile[]): PictureTree {
  const alone = files.find(({ webkitRelativePath }) => !webkitRelativePath?.includes('/'));
  if (alone) {
    throw new ValueError(
      `${caller}: ${show(alone.name)} has no folder, expected the files of an <input type="file" webkitdirectory>`,
    );
  }
  const root = files[0]?.webkitRelativePath.split('/')[0] ?? 'files';
  const byPath = new Map(files.map((file) => [file.webkitRelativePath.slice(root.length + 1), file]));
  return treeOf(root, [...byPath.keys()], async (path) => byPath.get(path)!);
}

/** The files of a folder that a page may read. Their contents are read one by one, when they are needed. */
export async function treeOfDirectory(directory: PickedDirectory): Promise<PictureTree> {
  const handles = new Map<string, FileInDirectory | null>();
  const walk = async (folder: DirectoryContents, prefix: string): Promise<void> => {
    for await (const entry of folder.values()) {
      const path = prefix + entry.name;
      handles.set(entry.kind === 'file' ? path : `${path}/`, entry.kind === 'file' ? entry : null);
      if (entry.kind === 'directory') await walk(entry, `${path}/`);
    }
  };
  await walk(directory as DirectoryContents, '');
  return treeOf(directory.name || 'folder', [...handles.keys()], (path) => handles.get(path)!.getFile());
}

function treeOf(name: string, paths: readonly string[], open: (path: string) => Promise<PickedFile>): PictureTree {
  return { name, paths, file: (path) => ({ name: path, bytes: () => read(path, open) }), async close() {} };
}

async function read(path: string, open: (path: string) => Promise<PickedFile>): Promise<Uint8Array> {
  try {
    const file = await open(path);
    assertPictureSize(path, file.size);
    return new Uint8Array(await file.arrayBuffer());
  } catch (error) {
    if (error instanceof FormatError) throw error;
    throw new FormatError(`${path}: cannot be read (${(error as Error).message})`, { cause: error });
  }
}
