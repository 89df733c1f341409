import type { Backend } from '../backends/backend.js';
import type { Kernels } from '../backends/kernels.js';

/** One call of a kernel, as it ran. */
export interface KernelCall {
  readonly kernel: keyof Kernels;
  readonly args: readonly unknown[];
  readonly ms: number;
}

/** Called after each call, and not counted in the time of any. */
export type CallListener = (call: KernelCall) => void;

interface Watched {
  readonly kernels: Kernels;
  readonly listeners: Set<CallListener>;
}

const watched = new WeakMap<Backend, Watched>();

/**
 * Time every kernel call of a backend. Without an observer, a backend uses its own kernels at no cost.
 * @returns stops it
 */
export function watchKernels(backend: Backend, listener: CallListener): () => void {
  const { kernels, listeners } = watched.get(backend) ?? begin(backend);
  listeners.add(listener);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    setKernels(backend, kernels);
    watched.delete(backend);
  };
}

function begin(backend: Backend): Watched {
  const { kernels } = backend;
  const listeners = new Set<CallListener>();
  const timed = new Map<PropertyKey, unknown>();
  const wrapped = new Proxy(kernels, {
    get: (target, name) => {
      const own = Reflect.get(target, name);
      if (typeof own !== 'function') return own;
      if (!timed.has(name)) timed.set(name, timedKernel(name as keyof Kernels, own.bind(target), listeners));
      return timed.get(name);
    },
  });
  const state = { kernels, listeners };
  watched.set(backend, state);
  setKernels(backend, wrapped);
  return state;
}

function timedKernel(kernel: keyof Kernels, run: (...args: unknown[]) => void, listeners: ReadonlySet<CallListener>) {
  return (...args: unknown[]): void => {
    const start = performance.now();
    run(...args);
    const ms = performance.now() - start;
    for (const listener of listeners) listener({ kernel, args, ms });
  };
}

function setKernels(backend: Backend, kernels: Kernels): void {
  (backend as { kernels: Kernels }).kernels = kernels;
}
