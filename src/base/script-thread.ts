/** A worker that runs a script from its text and answers messages, under Node and in browsers. */
export interface ScriptThread {
  post(message: unknown, transfer: ArrayBuffer[]): void;
  /** Whether the process stays alive for this thread; only Node asks. */
  hold(isBusy: boolean): void;
  terminate(): void;
}

interface Listeners {
  onMessage(message: unknown): void;
  /** Called at most once, with the reason why the thread ended by itself. */
  onEnd(reason: string): void;
}

/**
 * Start a script in a new thread. It is a classic script: a page's policy has to allow `worker-src blob:`.
 * @throws Error where the platform has no workers, or refuses this one at once
 */
export function startScriptThread(source: string, listeners: Listeners): ScriptThread {
  const threads = globalThis.process?.getBuiltinModule?.('node:worker_threads');
  return threads ? startInNode(threads, source, listeners) : startInPage(source, listeners);
}

function startInNode(
  { Worker: NodeWorker }: typeof import('node:worker_threads'),
  source: string,
  { onMessage, onEnd }: Listeners,
): ScriptThread {
  // The process's own arguments may load a TypeScript runner into each worker.
  const worker = new NodeWorker(source, { eval: true, execArgv: [] });
  let isOver = false;
  const end = (reason: string) => {
    if (!isOver) onEnd(reason);
    isOver = true;
  };
  worker.on('message', onMessage);
  worker.on('error', (error: Error) => end(error.message));
  worker.on('exit', (code) => end(`exit code ${code}`));
  worker.unref();
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold: (isBusy) => (isBusy ? worker.ref() : worker.unref()),
    terminate() {
      isOver = true;
      void worker.terminate();
    },
  };
}

function startInPage(source: string, { onMessage, onEnd }: Listeners): ScriptThread {
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onmessage = ({ data }) => onMessage(data);
  worker.onerror = ({ message }) => onEnd(message || 'it could not start; does a policy forbid worker-src blob:?');
  return {
    post: (message, transfer) => worker.postMessage(message, transfer),
    hold() {},
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
