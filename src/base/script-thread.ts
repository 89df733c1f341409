/** A worker that runs a script from its text and answers messages, under Node and in browsers. */
export interface ScriptThread {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  /** Whether the process stays alive for this thread; only Node asks. */
  hold(isBusy: boolean): void;
  terminate(): void;
}

interface Settings {
  /** Initial data of the script: `workerData` under Node, the first message in browsers. */
  readonly data?: unknown;
  onMessage?(message: unknown): void;
  /** Called once with the reason why the thread ended; after `terminate` under Node alone. */
  onEnd(reason: string): void;
}

/**
 * Start a script in a new thread. It is a classic script: a page's policy has to allow `worker-src blob:`.
 * @throws Error where the platform has no workers, or refuses this one at once
 */
export function startScriptThread(source: string, settings: Settings): ScriptThread {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  return threads ? startInNode(threads, source, settings) : startInPage(source, settings);
}

function startInNode(
  { Worker: NodeWorker }: typeof import('node:worker_threads'),
  source: string,
  { data, onMessage, onEnd }: Settings,
): ScriptThread {
  // The process's own arguments may load a TypeScript runner into each worker, which takes longer than a training
  // step.
  const worker = new NodeWorker(source, { eval: true, workerData: data, execArgv: [] });
  let isOver = false;
  const end = (reason: string) => {
    if (!isOver) onEnd(reason);
    isOver = true;
  };
  if (onMessage) worker.on('message', onMessage);
  worker.on('error', (error: Error) => end(error.message));
  worker.on('exit', (code) => end(`exit code ${code}`));
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    terminate: () => void worker.terminate(),
  };
}

/** Why a browser's worker ended. One that a page's policy blocks ends without a message. */
export const reasonOf = ({ message }: { readonly message?: string }): string =>
  message || 'it could not start; a Content-Security-Policy has to allow worker-src blob:';

function startInPage(source: string, { data, onMessage, onEnd }: Settings): ScriptThread {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  if (onMessage) worker.onmessage = (event) => onMessage(event.data);
  worker.onerror = (event) => onEnd(reasonOf(event));
  if (data !== undefined) worker.postMessage(data);
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold() {},
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
