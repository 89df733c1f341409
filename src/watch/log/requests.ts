import { access, rm, writeFile } from 'node:fs/promises';
import { type LiveFolder, REQUESTS, type Request } from './live-folder.js';

/** Milliseconds between two looks. */
const INTERVAL = 500;

/** Ask a run for something, from any process. */
export const request = (folder: LiveFolder, what: Request): Promise<void> => writeFile(folder.requests[what], '');

/** Calls back when something is asked for, until `stop`. Does not keep the process alive. */
export class RequestListener {
  private readonly timer: NodeJS.Timeout;
  private isLooking = false;

  constructor(
    private readonly folder: LiveFolder,
    private readonly onRequest: (what: Request) => void,
  ) {
    this.timer = setInterval(() => void this.look(), INTERVAL).unref();
  }

  private async look(): Promise<void> {
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      for (const what of REQUESTS) {
        const path = this.folder.requests[what];
        const isThere = await access(path).then(
          () => true,
          () => false,
        );
        if (!isThere) continue;
        await rm(path, { force: true });
        this.onRequest(what);
      }
    } catch {
      // A file that cannot be removed is asked for again.
    } finally {
      this.isLooking = false;
    }
  }

  stop(): void {
    clearInterval(this.timer);
  }
}
