import { readdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { liveFolderOf } from '../log/live-folder.js';
import { isOwned } from '../log/run-owner.js';
import { RunTail } from './run-tail.js';

/** Runs that a page shows at most: the newest. */
const MOST_RUNS = 64;

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** The runs of some folders: each is a run, or holds runs. Those that begin later are found too. */
export class RunList {
  private readonly tails = new Map<string, RunTail>();

  constructor(private readonly folders: readonly string[]) {}

  /** Look for runs. @returns all of them, in the order of their names */
  async refresh(): Promise<readonly RunTail[]> {
    const found = (await Promise.all(this.folders.map(runsIn))).flat();
    const unique = [...new Set(found.map((folder) => resolve(folder)))].sort().slice(-MOST_RUNS);
    for (const folder of unique) if (!this.tails.has(folder)) this.tails.set(folder, new RunTail(folder));
    for (const folder of this.tails.keys()) if (!unique.includes(folder)) this.tails.delete(folder);
    return unique.map((folder) => this.tails.get(folder)!);
  }

  find(key: string): RunTail | undefined {
    return [...this.tails.values()].find((tail) => tail.key === key);
  }
}

/** The folder itself where it is a run; else the runs in it. */
async function runsIn(folder: string): Promise<string[]> {
  if (await isRun(folder)) return [folder];
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const candidates = entries.filter((entry) => entry.isDirectory()).map(({ name }) => join(folder, name));
  const flags = await Promise.all(candidates.map(isRun));
  return candidates.filter((_, index) => flags[index]);
}

export const isRun = (folder: string): Promise<boolean> => exists(liveFolderOf(folder).events);

/** What a page is told of a run besides its events. */
export interface RunFacts {
  readonly key: string;
  /** The name of its folder. */
  readonly name: string;
  readonly folder: string;
  /** Whether the process that trains is running. */
  readonly isAlive: boolean;
}

export async function factsOf({ key, folder, live }: RunTail): Promise<RunFacts> {
  return { key, name: basename(folder), folder, isAlive: await isOwned(live) };
}
