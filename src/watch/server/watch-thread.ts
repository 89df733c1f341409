import { open, readFile } from 'node:fs/promises';
import { Worker } from 'node:worker_threads';
import { writeAtomically } from '../../io/storage/atomic-write.js';
import { makeFolder } from '../../io/storage/make-folder.js';
import serverSource from '../generated/server.js';
import { type LiveFolder, liveFolderOf } from '../log/live-folder.js';
import { newToken, type WatchServerOptions } from './server-options.js';
import type { ThreadMessage } from './thread.js';

/** Milliseconds to wait for the thread at the end. */
const PATIENCE = 2000;

/** Where the page of a run was served, so that open pages find it again when the run is continued. */
interface Address {
  readonly port: number;
  readonly token: string;
}

export interface WatchThreadOptions {
  /** Runs, or folders that hold runs. */
  readonly folders: readonly string[];
  /** The wanted port; default the last one of the run, else a free one. */
  readonly port?: number;
  /** The run whose last address is used again; default none. */
  readonly run?: string;
  /** Whether the address becomes the run's; default false. */
  readonly isOfRun?: boolean;
  /** Says that the wanted port is taken, and another one is served. */
  warn(message: string): void;
}

/** The server in a thread of its own. */
export class WatchThread {
  private closing: Promise<void> | null = null;

  private constructor(
    private readonly worker: Worker,
    readonly url: string,
  ) {}

  /**
   * Serve the page of runs. Where the port is taken, another one is.
   * @throws an error of Node where nothing can be served
   */
  static async start({ folders, port, run, isOfRun = false, warn }: WatchThreadOptions): Promise<WatchThread> {
    const live = run === undefined ? null : liveFolderOf(run);
    const last = live && (await readAddress(live));
    const token = last?.token ?? newToken();
    const wanted = port ?? last?.port ?? 0;
    const { worker, port: served } = await startWorker({ folders, token, port: wanted }).catch((error) => {
      if (wanted === 0) throw error;
      if (port !== undefined) warn(`port ${port} cannot be served (${error.code ?? error.message}); another one is`);
      return startWorker({ folders, token, port: 0 });
    });
    // On a full disk, a run that is continued will have another address.
    if (live && isOfRun) await writeAddress(live, { port: served, token }).catch(() => {});
    return new WatchThread(worker, `http://127.0.0.1:${served}/?token=${token}`);
  }

  /** Keep the process alive, until it is ended. */
  stay(): void {
    this.worker.ref();
  }

  /** Let open pages have the last events, and end. */
  close(): Promise<void> {
    this.closing ??= this.end();
    return this.closing;
  }

  private async end(): Promise<void> {
    const ended = new Promise((resolve) => this.worker.once('exit', resolve));
    this.worker.ref();
    this.worker.postMessage('close');
    await Promise.race([ended, new Promise((resolve) => setTimeout(resolve, PATIENCE).unref())]);
    await this.worker.terminate();
  }
}

function startWorker(options: WatchServerOptions): Promise<{ worker: Worker; port: number }> {
  return new Promise((resolve, reject) => {
    // Flags such as the size of the young generation are those of training.
    const worker = new Worker(serverSource, { eval: true, workerData: options, execArgv: [], name: 'nabla watch' });
    worker.once('error', reject);
    worker.once('message', (message: ThreadMessage) => {
      if ('failed' in message) {
        reject(Object.assign(new Error(message.failed.message), message.failed));
        return;
      }
      worker.off('error', reject);
      // Training does not end because its page has; nor does the page keep the process alive.
      worker.on('error', () => {});
      worker.unref();
      resolve({ worker, port: message.port });
    });
  });
}

async function writeAddress(live: LiveFolder, address: Address): Promise<void> {
  await makeFolder(live.path);
  // Others on this machine may not read the token; a file that is replaced keeps its permissions.
  await (await open(live.address, 'a', 0o600)).close();
  await writeAtomically(live.address, `${JSON.stringify(address)}\n`);
}

async function readAddress({ address }: LiveFolder): Promise<Address | null> {
  try {
    const { port, token } = JSON.parse(await readFile(address, 'utf8'));
    return Number.isInteger(port) && typeof token === 'string' && token.length >= 20 ? { port, token } : null;
  } catch {
    return null;
  }
}
