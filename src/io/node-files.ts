import { FormatError, ValueError } from '../base/errors.js';
import type { NamedBytes } from './cursor.js';
import { nodeModule } from './node-modules.js';

/* Files by their paths; everything here works under Node alone. */

/** Whether paths can be read. */
export const hasPaths = (): boolean => nodeModule('node:fs/promises') !== undefined;

/** A path from `file://…`, or the path itself. */
export function plainPath(path: string): string {
  if (!path.startsWith('file://')) return path;
  try {
    return nodeModule('node:url')!.fileURLToPath(path);
  } catch {
    // tfjs takes `file://model.json` for a relative path.
    return path.slice('file://'.length);
  }
}

/** A path beside another file. @throws FormatError when it leads out of that file's folder */
export function pathBeside(path: string, name: string): string {
  const { dirname, isAbsolute, join, normalize } = nodeModule('node:path')!;
  if (isAbsolute(name) || normalize(name).startsWith('..')) {
    throw new FormatError(`${path}: it names ${JSON.stringify(name)}, which is not in its folder`);
  }
  return join(dirname(path), name);
}

/** @throws FormatError when the file is missing, a folder, larger than `maxBytes` or cannot be read */
export async function readPath(path: string, maxBytes: number): Promise<NamedBytes> {
  const { readFile, stat } = nodeModule('node:fs/promises')!;
  try {
    const { size } = await stat(path);
    if (size > maxBytes) throw new FormatError(`${path}: ${size} bytes, expected at most ${maxBytes}`);
    return { name: path, bytes: await readFile(path) };
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOENT' ? 'no such file' : code === 'EISDIR' ? 'a folder, expected a file' : message;
    throw new FormatError(`${path}: ${reason}`, { cause: error });
  }
}

/** @throws ValueError where there are no paths */
export function assertPaths(path: string): void {
  if (!hasPaths()) throw new ValueError(`${path}: paths need Node; here give a URL, a File, a Blob or bytes`);
}
