import { assertText } from '../../base/arguments.js';
import { FileError, ValueError } from '../../base/errors.js';
import { nodeModule } from '../../base/node-module.js';
import { show } from '../../base/show.js';
import { makeFolder } from './make-folder.js';

/**
 * Milliseconds after which a temporary file of a process that is not running here is removed: the process may run on
 * another machine.
 */
const STALE_AFTER = 60_000;

/** `.model.keras.4711.0a1b2c3d4e5f.tmp`: the name of the file, the id of the writing process, a random number. */
const TEMPORARY = /^\.(.+)\.(\d+)\.[0-9a-f]{12}\.tmp$/;

/**
 * Write a file atomically, so that readers see either the old or the new contents: write to a temporary name in the
 * same
 * folder, sync to disk, then rename. Creates the folder if it is missing, keeps the permissions of the replaced file,
 * follows symbolic links, and removes the temporary file on failure.
 * @throws FileError naming the path, with the file system's code: ENOSPC, EACCES, … @throws ValueError outside of Node
 * @example await writeAtomically('report.html', '<!doctype html>')
 */
export async function writeAtomically(path: string, data: string | Uint8Array): Promise<void> {
  assertText('writeAtomically', 'path', path);
  if (typeof data !== 'string' && !ArrayBuffer.isView(data)) {
    throw new ValueError(`writeAtomically: data is ${show(data)}, expected a text or bytes`);
  }
  if (!nodeModule('node:fs/promises')) throw new ValueError(`${path}: paths need Node`);
  try {
    await replace(path, data);
  } catch (error) {
    throw fileError(path, error);
  }
}

async function replace(path: string, data: string | Uint8Array): Promise<void> {
  const files = nodeModule('node:fs/promises')!;
  const { basename, dirname } = nodeModule('node:path')!;
  const target = await linkTarget(path);
  const folder = dirname(target);
  await makeFolder(folder);
  const existing = await files.stat(target).catch(() => null);
  // A rename would replace a device such as /dev/null by a file.
  if (existing && !existing.isFile() && !existing.isDirectory()) return files.writeFile(target, data);
  await removeTemporaries(folder, { of: basename(target), olderThan: STALE_AFTER });
  const temporary = temporaryPath(target);
  try {
    const file = await files.open(temporary, 'wx');
    try {
      if (existing) await file.chmod(existing.mode & 0o7777);
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await files.rename(temporary, target);
  } catch (error) {
    await files.rm(temporary, { force: true });
    throw error;
  }
  await syncFolder(folder);
}

/** Return a unique name in the folder of a file, which `removeTemporaries` recognizes. */
export function temporaryPath(path: string): string {
  const { basename, dirname, join } = nodeModule('node:path')!;
  const random = nodeModule('node:crypto')!.randomBytes(6).toString('hex');
  return join(dirname(path), `.${basename(path)}.${process.pid}.${random}.tmp`);
}

/** Resolve the links of a path to a file that need not exist. */
async function linkTarget(path: string): Promise<string> {
  const files = nodeModule('node:fs/promises')!;
  const { dirname, resolve } = nodeModule('node:path')!;
  const found = await files.realpath(path).catch(() => null);
  if (found !== null) return found;
  const link = await files.readlink(path).catch(() => null);
  return link === null ? path : resolve(dirname(path), link);
}

/**
 * Sync a rename to disk, if the system can: otherwise a power failure may undo renames, in any order.
 */
async function syncFolder(folder: string): Promise<void> {
  const handle = await nodeModule('node:fs/promises')!
    .open(folder)
    .catch(() => null);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/**
 * Remove temporary files that processes left when they were killed.
 * @param options.of name of the target file; default: any
 * @param options.olderThan minimum age in milliseconds; default 0
 */
export async function removeTemporaries(
  folder: string,
  { of, olderThan = 0 }: { readonly of?: string; readonly olderThan?: number } = {},
): Promise<void> {
  const files = nodeModule('node:fs/promises')!;
  const { join } = nodeModule('node:path')!;
  for (const name of await files.readdir(folder)) {
    const [, target, pid] = TEMPORARY.exec(name) ?? [];
    if (target === undefined || (of !== undefined && target !== of) || isAlive(Number(pid))) continue;
    const info = await files.stat(join(folder, name)).catch(() => null);
    if (info && Date.now() - info.mtimeMs >= olderThan) await files.rm(join(folder, name), { force: true });
  }
}

/** Return whether a process of this machine is running. */
export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: the process of another user.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EDQUOT: 'the disk quota is used up',
  EEXIST: 'a file exists in place of a folder',
  EISDIR: 'a folder, expected a file',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'no space is left on the device',
  ENOTDIR: 'a file exists in place of a folder',
  EPERM: 'permission denied',
  EROFS: 'the file system is read-only',
};

/** Describe an error of the file system, with the path that could not be written. */
export function fileError(path: string, error: unknown): unknown {
  const { code, message } = error as NodeJS.ErrnoException;
  if (error instanceof FileError || code === undefined) return error;
  const reason = Object.hasOwn(REASONS, code) ? `${REASONS[code]} (${code})` : message;
  return new FileError(`${path}: cannot be written: ${reason}`, code, { cause: error });
}
