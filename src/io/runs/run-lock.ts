import { ValueError } from '../../base/errors.js';
import { fileError, isAlive, temporaryPath } from '../storage/atomic-write.js';
import { nodeModule } from '../../base/node-module.js';

const LOCK_FILE = 'run.lock';
/** Milliseconds until a lock that another process is taking over is looked at again. */
const RETRY_INTERVAL = 5;

/** The process that owns a folder. */
interface Owner {
  readonly pid: number;
  readonly host: string;
  /**
   * When the process began, as the system tells it apart from an earlier one of the same number; null where it does
   * not.
   */
  readonly began: string | null;
}

/** A folder that belongs to one run, until `release`. */
export class RunLock {
  private constructor(
    private readonly path: string,
    private readonly text: string,
  ) {}

  /**
   * Make a folder this run's own, by a file that names its process. The lock of a process that has ended is taken over.
   * @throws ValueError when another run owns the folder @throws FileError when nothing can be written there
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

  /** Give the folder back. */
  async release(): Promise<void> {
    const files = nodeModule('node:fs/promises')!;
    // Somebody may have removed the lock, and another run may own the folder now.
    const found = await files.readFile(this.path, 'utf8').catch(() => null);
    if (found === this.text) await files.rm(this.path, { force: true });
  }
}

/** Give a file a second name that must be free, in one step. @returns whether it was */
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
 * Create a lock with a text, or take a stale one over. Whoever wants to replace a stale lock must first own the lock
 * that is named after its contents, so that two who found the same one cannot both replace it.
 * @returns the owner that runs; null when the lock was taken
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

function readOwner(text: string): Owner | null {
  try {
    const { pid, host, began } = JSON.parse(text);
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string' ? { pid, host, began } : null;
  } catch {
    return null;
  }
}

/** Whether a lock's process still runs; of another machine's nobody can tell. */
async function isRunning({ pid, host, began }: Owner): Promise<boolean> {
  if (host !== nodeModule('node:os')!.hostname()) return true;
  if (!isAlive(pid)) return false;
  const now = await beginningOf(pid);
  // A process that has ended and was not waited for yet tells no beginning; another may have its number by now.
  return now === undefined || now === began;
}

async function thisProcess(): Promise<Owner> {
  const host = nodeModule('node:os')!.hostname();
  return { pid: process.pid, host, began: (await beginningOf(process.pid)) ?? null };
}

/** When a process began, on Linux: the system's start and clock ticks since; null for a zombie; undefined elsewhere. */
async function beginningOf(pid: number): Promise<string | null | undefined> {
  const files = nodeModule('node:fs/promises')!;
  const [boot, stat] = await Promise.all(
    ['/proc/sys/kernel/random/boot_id', `/proc/${pid}/stat`].map((path) =>
      files.readFile(path, 'utf8').catch(() => null),
    ),
  );
  if (boot === null || stat === null) return undefined;
  // Fields are counted behind the name, which may hold spaces: the first is the state, the twentieth the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[0] === 'Z' ? null : `${boot.trim()}/${fields[19]}`;
}
