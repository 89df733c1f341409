/**
 * The server in a thread: the page answers at once, whatever training computes, and training does not wait for it.
 * Bundled by `scripts/embed-watch.ts`, started by `watch-thread.ts`.
 */
import { parentPort, workerData } from 'node:worker_threads';
import type { WatchServerOptions } from './server-options.js';
import { WatchServer } from './watch-server.js';

/** What the thread says: where it serves, or why not. */
export type ThreadMessage = { readonly port: number } | { readonly failed: { message: string; code?: string } };

async function serve(): Promise<void> {
  try {
    const server = await WatchServer.start(workerData as WatchServerOptions);
    parentPort!.once('message', () => void server.close().then(() => process.exit()));
    parentPort!.postMessage({ port: server.port } satisfies ThreadMessage);
  } catch (error) {
    const { message, code } = error as NodeJS.ErrnoException;
    parentPort!.postMessage({ failed: { message, code } } satisfies ThreadMessage);
  }
}

void serve();
