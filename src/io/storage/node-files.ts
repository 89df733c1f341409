import type { FileHandle } from 'node:fs/promises';
import { FormatError, ValueError } from '../../base/errors.js';
import { nodeModule } from '../../base/node-module.js';
import type { NamedBytes } from '../bytes/cursor.js';
import { joined } from '../bytes/joined.js';
import { cut } from '../bytes/json.js';

/* Files by path; works only in Node. */

/** Return whether paths are supported. */
export const hasPaths = (): boolean => nodeModule('node:fs/promises') !== undefined;

/** Return a path next to another file. @throws FormatError when it leads out of that file's folder */
export function pathBeside(path: string, name: string): string {
  const { dirname, isAbsolute, join, normalize } = nodeModule('node:path')!;
  if (isAbsolute(name) || normalize(name).startsWith('..')) {
    throw new FormatError(`${path}: it references ${JSON.stringify(name)}, which is outside its folder`);
  }
  return join(dirname(path), name);
}

/** @throws FormatError when the file is missing, a folder, larger than `maxBytes` or cannot be read */
export async function readPath(path: string, maxBytes: number): Promise<NamedBytes> {
  const { open } = nodeModule('node:fs/promises')!;
  try {
    const handle = await open(path);
    try {
      const info = await handle.stat();
      if (info.size > maxBytes) throw new FormatError(`${path}: ${info.size} bytes, expected at most ${maxBytes}`);
      // Devices and pipes have no size.
      return { name: path, bytes: info.isFile() ? await handle.readFile() : await readStream(handle, path, maxBytes) };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof FormatError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const reason = REASONS[code ?? ''] ?? message;
    throw new FormatError(`${cut(path)}: ${reason}`, { cause: error });
  }
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file',
  EISDIR: 'a folder, expected a file',
  EACCES: 'permission denied',
  ENOTDIR: 'no such file: a part of its path is a file',
  ENAMETOOLONG: 'the name is too long',
};

async function readStream(handle: FileHandle, path: string, maxBytes: number): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let received = 0;
  for (;;) {
    const { buffer, bytesRead } = await handle.read(new Uint8Array(2 ** 16));
    if (bytesRead === 0) return joined(pieces, received);
    received += bytesRead;
    if (received > maxBytes) throw new FormatError(`${path}: more than ${maxBytes} bytes`);
    pieces.push(buffer.subarray(0, bytesRead));
  }
}

/**
 * Return a handler of an error that reading a path gave: a file that is not there is null.
 * @throws FormatError for any other error
 */
export const nullIfMissing =
  (path: string) =>
  (error: NodeJS.ErrnoException): null => {
    if (error.code === 'ENOENT') return null;
    throw new FormatError(`${path}: cannot be read (${error.message})`, { cause: error });
  };

/** @throws ValueError outside of Node */
export function assertPaths(path: string): void {
  if (!hasPaths()) throw new ValueError(`${path}: paths need Node; here give a URL, a File, a Blob or bytes`);
}
