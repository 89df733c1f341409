import { appendFile, rm, writeFile } from 'node:fs/promises';
import { ValueError } from '../../base/errors.js';
import { isRunning, thisProcess } from '../../io/runs/owner.js';
import { fileError } from '../../io/storage/atomic-write.js';
import { makeFolder } from '../../io/storage/make-folder.js';
import { encodeEvent, type RunEvent } from './event.js';
import { type LiveFolder, REQUESTS } from './live-folder.js';
import { ownerOf } from './run-owner.js';

/** Characters that wait at most while nothing can be written, as on a full disk; older ones are dropped. */
const MOST_WAITING = 4_000_000;
/** Milliseconds until writing is tried again. */
const RETRY_AFTER = 5000;

/**
 * Adds events to the file of a run, without making training wait. A line that cannot be written is told of once, and
 * written when there is room again.
 */
export class EventFile {
  private waiting = '';
  private writing: Promise<void> | null = null;
  private failedAt: number | null = null;

  /** @param warn called at the first failure in a row */
  constructor(
    private readonly folder: LiveFolder,
    private readonly warn: (message: string) => void,
  ) {}

  /** Prepare the folder. @param continued whether earlier events are kept */
  async open(continued: boolean): Promise<void> {
    try {
      await makeFolder(this.folder.path);
      await this.takeOver();
      const stale = REQUESTS.map((request) => this.folder.requests[request]);
      if (!continued) stale.push(this.folder.events);
      for (const path of stale) await rm(path, { force: true });
      // The last line of a process that was killed may have no end.
      if (continued) this.waiting = '\n';
    } catch (error) {
      if (error instanceof ValueError) throw error;
      this.failed(error);
    }
  }

  /** @throws ValueError when another process writes the events of the folder */
  private async takeOver(): Promise<void> {
    const { owner: path } = this.folder;
    const owner = await ownerOf(path);
    if (owner && owner.pid !== process.pid && (await isRunning(owner))) {
      throw new ValueError(`${this.folder.path} belongs to a run of process ${owner.pid}, expected another folder`);
    }
    // Of no use after a power failure, so that nobody need wait for the disk.
    await writeFile(path, `${JSON.stringify(await thisProcess())}\n`);
  }

  append(event: RunEvent): void {
    this.waiting = (this.waiting + encodeEvent(event)).slice(-MOST_WAITING);
    if (this.failedAt !== null && performance.now() - this.failedAt < RETRY_AFTER) return;
    void this.flush();
  }

  /** Write what waits, until nothing does, or it cannot be written. */
  async flush(): Promise<void> {
    while (this.waiting !== '') {
      this.writing ??= this.write().finally(() => {
        this.writing = null;
      });
      await this.writing;
      if (this.failedAt !== null) return;
    }
    await this.writing;
  }

  private async write(): Promise<void> {
    const text = this.waiting;
    if (text === '') return;
    this.waiting = '';
    try {
      await appendFile(this.folder.events, text);
      this.failedAt = null;
    } catch (error) {
      // A part may have been written: what follows begins a line of its own, and readers pass over what they have read.
      this.waiting = `\n${text}${this.waiting}`.slice(-MOST_WAITING);
      this.failed(error);
    }
  }

  private failed(error: unknown): void {
    if (this.failedAt === null) {
      const { message } = fileError(this.folder.events, error) as Error;
      this.warn(`${message}; training goes on, and the page shows it when there is room again`);
    }
    this.failedAt = performance.now();
  }
}
