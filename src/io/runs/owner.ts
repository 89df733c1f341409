import { nodeModule } from '../../base/node-module.js';
import { isAlive } from '../storage/atomic-write.js';

/** A process that owns a folder. */
export interface Owner {
  readonly pid: number;
  readonly host: string;
  /**
   * When the process began, as the system tells it apart from an earlier one of the same number; null where it does
   * not.
   */
  readonly began: string | null;
}

/** Read an owner from JSON; null where it is none. */
export function readOwner(text: string): Owner | null {
  try {
    const { pid, host, began } = JSON.parse(text);
    return Number.isSafeInteger(pid) && pid > 0 && typeof host === 'string' ? { pid, host, began } : null;
  } catch {
    return null;
  }
}

/** Whether a lock's process still runs; of another machine's nobody can tell. */
export async function isRunning({ pid, host, began }: Owner): Promise<boolean> {
  if (host !== nodeModule('node:os')!.hostname()) return true;
  if (!isAlive(pid)) return false;
  const now = await beginningOf(pid);
  // A process that has ended and was not waited for yet tells no beginning; another may have its number by now.
  return now === undefined || now === began;
}

export async function thisProcess(): Promise<Owner> {
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
