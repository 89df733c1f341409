import { ValueError } from '../../base/errors.js';
import { nodeModule } from '../../base/node-module.js';
import { fileError, temporaryPath } from '../storage/atomic-write.js';
import { isRunning, type Owner, readOwner, thisProcess } from './owner.js';

const LOCK_FILE = 'run.lock';
/** Milliseconds between checks of a lock that another process is taking over. */
const RETRY_INTERVAL = 5;

/** A folder that belongs to one run, until `release`. */
export class RunLock {
  private constructor(
    private readonly path: string,
    private readonly text: string,
  ) {}

  /** Lock a folder for this run, with a file that names its process. The lock of a terminated process is taken over.
 * @throws ValueError when another run owns the folder @throws FileError when the folder is not writable
   */
  static async acquire(caller: string, folder: string): Promise<RunLock> {
    const path = nodeModule('node:path')!.join(folder, LOCK_FILE);
    const id = nodeModule('node:crypto')!.randomBytes(6).toString('hex');
    const text = `${JSON.stringify({ ...(await thisProcess()), id })}\n`;
    const owner = await take(path, text).catch((error) => {
      throw fileError(path, error);
    });
    if (owner === null) return new RunLock(path, text);
    const isHere = owner.host === nodeModule('node:os')!.hostname();
    const process = `process ${owner.pid}${isHere ? '' : ` of ${owner.host}`}`;
    throw new ValueError(
      `${caller}: ${folder} belongs to a run of ${process}, expected another folder; if that run has ended, remove ` +
        `${path}`,
    );
  }

  /** Unlock the folder. */
  async release(): Promise<void> {
    const files = nodeModule('node:fs/promises')!;
    // The lock may have been removed, and another run may own the folder now.
    const found = await files.readFile(this.path, 'utf8').catch(() => null);
    if (found === this.text) await files.rm(this.path, { force: true });
  }
}

/** Atomically give a file a second name, which must be free. @returns whether it was free */
async function linked(file: string, name: string): Promise<boolean> {
  const files = nodeModule('node:fs/promises')!;
  try {
    await files.link(file, name);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code === 'ENOENT' || code === 'ENOSPC' || code === 'EROFS') throw error;
  }
  // File systems without hard links.
  try {
    await files.copyFile(file, name, files.constants.COPYFILE_EXCL);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/**
 * Create a lock with a text, or take over a stale one. To replace a stale lock, a process must first acquire a lock
 * that
 * is named after its contents, so that two processes cannot both replace it.
 * @returns the running owner; null when the lock was acquired
 */
async function take(path: string, text: string): Promise<Owner | null> {
  const files = nodeModule('node:fs/promises')!;
  const own = temporaryPath(path);
  await files.writeFile(own, text);
  try {
    for (;;) {
      if (await linked(own, path)) return null;
      const found = await files.readFile(path, 'utf8').catch(() => null);
      if (found === null) continue;
      const owner = readOwner(found);
      if (owner && (await isRunning(owner))) return owner;
      const hash = nodeModule('node:crypto')!.createHash('sha256').update(found).digest('hex');
      const claim = `${path}.${hash.slice(0, 12)}`;
      if ((await take(claim, text)) === null) {
        try {
          if ((await files.readFile(path, 'utf8').catch(() => null)) !== found) continue;
          await files.rename(own, path);
          return null;
        } finally {
          await files.rm(claim, { force: true });
        }
      }
      await new Promise((resolve) => setTimeout(resolve, RETRY_INTERVAL));
    }
  } finally {
    await files.rm(own, { force: true });
  }
}
