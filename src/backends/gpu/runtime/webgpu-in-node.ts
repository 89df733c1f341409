import { BackendError } from '../../../base/errors.js';

interface Dawn {
  create(flags: readonly string[]): object;
  readonly globals: Readonly<Record<string, unknown>>;
}

// Devices do not hold it: once it is garbage, their next answer never comes, or Node crashes.
let instance: object | null = null;

/**
 * Gives Node the `navigator.gpu` that browsers have, from the package webgpu (Dawn), and returns what takes it away again:
 * gpu.js needs it until it has its device, and other code should go on seeing that this is not a browser.
 * @throws BackendError when the package is missing or does not load
 */
export async function installWebGpu(): Promise<() => void> {
  if (!instance) {
    try {
      // The package is for Node alone: a bundler for browsers must not look for it.
      const name = 'webgpu';
      const dawn = (await import(/* @vite-ignore */ name)) as Dawn;
      Object.assign(globalThis, dawn.globals);
      instance = dawn.create([]);
    } catch (cause) {
      throw new BackendError('gpu: mode webgpu in Node needs the package webgpu; npm install webgpu@0.6', { cause });
    }
  }
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: instance }, configurable: true });
  return () => {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}
