import { BackendError } from '../../errors.js';

interface Dawn {
  create(flags: readonly string[]): unknown;
  readonly globals: Readonly<Record<string, unknown>>;
}

/**
 * Gives Node the `navigator.gpu` that browsers have, from the package webgpu (Dawn), and returns what takes it away again:
 * as long as it stands Node does not exit.
 * @throws BackendError when the package is missing or does not load
 */
export async function installWebGpu(): Promise<() => void> {
  let dawn: Dawn;
  try {
    // The package is for Node alone: a bundler for browsers must not look for it.
    const name = 'webgpu';
    dawn = (await import(/* @vite-ignore */ name)) as Dawn;
  } catch (cause) {
    throw new BackendError('gpu: mode webgpu in Node needs the package webgpu; npm install webgpu@0.6', { cause });
  }
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.assign(globalThis, dawn.globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: dawn.create([]) }, configurable: true });
  return () => {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}
