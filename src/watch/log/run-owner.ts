import { readFile } from 'node:fs/promises';
import { isRunning, type Owner, readOwner } from '../../io/runs/owner.js';
import type { LiveFolder } from './live-folder.js';

/** The process that a file names; null where there is none. */
export async function ownerOf(path: string): Promise<Owner | null> {
  const text = await readFile(path, 'utf8').catch(() => null);
  return text === null ? null : readOwner(text);
}

/** Whether the process that wrote the events of a run is running. Of another machine's nobody can tell: yes. */
export async function isOwned({ owner }: LiveFolder): Promise<boolean> {
  const found = await ownerOf(owner);
  return found !== null && (await isRunning(found));
}
