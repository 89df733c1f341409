/**
 * The differences between Node and browsers. Node's modules are loaded at run time, so that nothing here names them to
 * a bundler.
 */

type Modules = {
  'node:os': typeof import('node:os');
  'node:v8': typeof import('node:v8');
  'node:worker_threads': typeof import('node:worker_threads');
};

const host = typeof process === 'object' && process.versions?.node ? process : undefined;

export function nodeModule<Name extends keyof Modules>(name: Name): Modules[Name] | undefined {
  return host?.getBuiltinModule?.(name) as Modules[Name] | undefined;
}

/** V8's major version under Node; undefined elsewhere. */
export function nodeEngine(): number | undefined {
  return host ? Number.parseInt(host.versions.v8, 10) : undefined;
}

/** Turns one of V8's flags on for modules compiled from now; only under Node, and only flags that its V8 knows. */
export function setEngineFlag(flag: string): void {
  nodeModule('node:v8')?.setFlagsFromString(flag);
}

export function cores(): number {
  return nodeModule('node:os')?.availableParallelism() ?? globalThis.navigator?.hardwareConcurrency ?? 1;
}

/** Memory can be shared with workers: always in Node, in browsers on cross-origin isolated pages. */
export function canShareMemory(): boolean {
  return typeof SharedArrayBuffer === 'function' && (host !== undefined || globalThis.crossOriginIsolated === true);
}

/** Whether this thread may sleep: a browser's main thread may not. */
export function canSleep(): boolean {
  return host !== undefined || typeof document === 'undefined';
}

export interface Thread {
  terminate(): void;
}

/** Why a browser's worker ended. One that a page's policy blocks ends without a message. */
export const reasonOf = ({ message }: { readonly message?: string }): string =>
  message || 'it could not start; a Content-Security-Policy has to allow worker-src blob:';

/** Starts a worker on a script's text; it does not keep the process alive. `onEnd` hears why it ended. */
export function startThread(source: string, data: unknown, onEnd: (reason: string) => void): Thread {
  const threads = nodeModule('node:worker_threads');
  if (threads) {
    // The process's own arguments may load a TypeScript runner into each worker, which takes longer than a training
    // step.
    const worker = new threads.Worker(source, { eval: true, workerData: data, execArgv: [] });
    worker.on('error', (error: Error) => onEnd(error.message));
    worker.on('exit', (code) => onEnd(`exit code ${code}`));
    worker.unref();
    return { terminate: () => void worker.terminate() };
  }
  const url = URL.createObjectURL(new Blob([source], { type: 'text/javascript' }));
  const worker = new Worker(url);
  worker.onerror = (event) => onEnd(reasonOf(event));
  worker.postMessage(data);
  return {
    terminate() {
      worker.terminate();
      URL.revokeObjectURL(url);
    },
  };
}
