import { BackendError } from '../base/errors.js';
import { Registry } from '../base/registry.js';
import type { Backend, BackendInfo } from './backend.js';

/** Start a backend; may wait for a module to compile or a device to answer. `options` are those of the backend. */
export type BackendFactory = (options?: Readonly<Record<string, unknown>>) => Backend | Promise<Backend>;

const factories = /* @__PURE__ */ new Registry<BackendFactory>();
const started = new Map<string, Backend>();
let current: Backend | null = null;
let defaultBackend: (() => Backend) | null = null;
/** Reasons why `setBackend('auto')` chose no faster backend. */
let reasons: readonly string[] = [];

/** Add a backend under a name for `setBackend`. */
export function registerBackend(name: string, factory: BackendFactory): void {
  factories.set(name, factory);
}

/** Return whether a backend of this name is registered, started or not. */
export const isRegistered = (name: string): boolean => factories.has(name);

/** Return the started backend of a name. */
export const startedBackend = (name: string): Backend | undefined => started.get(name);

/** Start a backend without making it current. */
export async function startBackend(name: string): Promise<Backend> {
  return started.get(name) ?? (await factories.resolve('startBackend', name)());
}

/** Add a note to `backendInfo()`, until the next `setBackend`. */
export function explainChoice(notes: readonly string[]): void {
  reasons = notes;
}

/** Set how to start a backend for the first op when `setBackend` was never called. */
export function setDefaultBackend(start: () => Backend): void {
  defaultBackend = start;
}

/** Return the backend that ops run on. */
export function currentBackend(): Backend {
  if (!current) {
    if (!defaultBackend) throw new BackendError('no backend: import the package entry, or call setBackend first');
    activateBackend(defaultBackend());
  }
  return current!;
}

/** Make a started backend the current one. */
export function activateBackend(backend: Backend): void {
  started.set(backend.name, backend);
  current = backend;
}

/** Run `f` with another backend current. */
export function withBackend<T>(backend: Backend, f: () => T): T {
  const before = current;
  current = backend;
  try {
    return f();
  } finally {
    current = before;
  }
}

/**
 * Set the backend of ops; tensors of another backend move when an op reads them.
 * @param name `'cpu'`, `'wasm'`, `'webgpu'` after `import 'nabla/webgpu'`, or `'gpu'` after `import 'nabla/gpu'`;
 * `'auto'` takes webgpu if there is a GPU and the model is large (option `parameters`, its number of weights), else
 * wasm
 * @param options the backend's own, such as `threads` and `variant` of wasm; giving them starts it anew, and the one
 * before keeps the tensors it has and ends its threads
 * @throws BackendError when the name is unknown or the backend cannot start @throws ValueError when an option is
 * unknown or wrong; in each case the current backend stays
 * @example await setBackend('wasm', { threads: 2 });
 */
export async function setBackend(name: string, options?: Readonly<Record<string, unknown>>): Promise<void> {
  const running = started.get(factories.nameOf(name) ?? name);
  if (running && !options) {
    current = running;
    reasons = [];
    return;
  }
  const factory = factories.find(name);
  if (!factory) throw new BackendError(factories.unknown('setBackend: name', name));
  const before = reasons;
  reasons = [];
  try {
    activateBackend(await factory(options));
  } catch (error) {
    reasons = before;
    throw error;
  }
  // Its memory stays for its tensors; its threads are no longer needed.
  if (running && running !== current) running.setThreads?.(1);
}

/** Return the name of the current backend. @example const name = getBackend(); */
export function getBackend(): string {
  return currentBackend().name;
}

/**
 * Return the implementation of the current backend, and reasons why a faster one is not used.
 * @example console.log(backendInfo().threads, backendInfo().notes);
 */
export function backendInfo(): BackendInfo {
  const info = currentBackend().info();
  return reasons.length > 0 ? { ...info, notes: [...info.notes, ...reasons] } : info;
}

/** Return the names for `setBackend`. @example const names = registeredBackends(); */
export function registeredBackends(): string[] {
  return factories.names;
}

/**
 * Set the number of threads of the current backend; results do not depend on it.
 * @throws BackendError when the backend has no threads @throws ValueError when it is not an integer ≥ 1
 * @example setThreads(4);
 */
export function setThreads(threads: number): void {
  const backend = currentBackend();
  if (!backend.setThreads) throw new BackendError(`setThreads: the ${backend.name} backend has no threads`);
  backend.setThreads(threads);
}
