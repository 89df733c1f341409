import { BackendError } from '../base/errors.js';

interface Dawn {
  create(flags: readonly string[]): object;
  readonly globals: Readonly<Record<string, unknown>>;
}

// Devices do not keep their instance alive: after its collection they never answer, or Node crashes.
const instances = new Map<string, object>();

/**
 * Return the equivalent of `navigator.gpu` from the package webgpu (Dawn), for Node.
 * @param caller for messages
 * @param flags Dawn's own, such as `backend=null`
 * @throws BackendError when the package is missing or does not load
 */
export async function dawnInstance(caller: string, flags: readonly string[] = []): Promise<object> {
  const key = flags.join();
  const running = instances.get(key);
  if (running) return running;
  try {
    // The package is for Node only: bundlers for browsers must not resolve it.
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
 * Set `navigator.gpu` to an instance, and return a function that removes it: gpu.js reads it until it has
 * its device, and other code must not take Node for a browser.
 */
export function installNavigator(instance: object): () => void {
  const before = Object.getOwnPropertyDescriptor(globalThis, 'navigator');
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: instance }, configurable: true });
  return () => {
    if (before) Object.defineProperty(globalThis, 'navigator', before);
    else Reflect.deleteProperty(globalThis, 'navigator');
  };
}
