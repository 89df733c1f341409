import { BackendError } from '../base/errors.js';

interface Dawn {
  create(flags: readonly string[]): object;
  readonly globals: Readonly<Record<string, unknown>>;
}

// Devices do not hold their instance: once it is garbage, their next answer never comes, or Node crashes.
const instances = new Map<string, object>();

/**
 * The entry point to WebGPU that browsers have as `navigator.gpu`, from the package webgpu (Dawn), for Node.
 * @param caller speaks in the error
 * @param flags Dawn's own, such as `backend=null`
 * @throws BackendError when the package is missing or does not load
 */
export async function dawnInstance(caller: string, flags: readonly string[] = []): Promise<object> {
  const key = flags.join();
  const running = instances.get(key);
  if (running) return running;
  try {
    // The package is for Node alone: a bundler for browsers must not look for it.
    const name = 'webgpu';
    const dawn = (await import(/* @vite-ignore */ name)) as Dawn;
    Object.assign(globalThis, dawn.globals);
    const instance = dawn.create(flags);
    instances.set(key, instance);
    return instance;
  } catch (cause) {
    throw new BackendError(`${caller} in Node needs the package webgpu; npm install webgpu@0.6`, { cause });
  }
}

/**
 * Puts an instance where browsers have theirs, and returns what takes it away again: gpu.js looks there until it has
 * its device, and other code should go on seeing that this is not a browser.
 */
export function installNavigator(instance: object): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: instance }, configurable: true });
  return () => {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}
