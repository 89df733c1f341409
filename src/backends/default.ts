import { BackendError } from '../base/errors.js';
import { cpuBackend } from './cpu/index.js';
import { currentBackend, registerBackend, setDefaultBackend } from './registry.js';
import { wasmBackend } from './wasm/index.js';

/** What NABLA_BACKEND asks for, where there is an environment. */
function requested(): string | undefined {
  return typeof process === 'undefined' ? undefined : process.env?.NABLA_BACKEND;
}

registerBackend('cpu', () => cpuBackend());
registerBackend('wasm', (options) => wasmBackend(options));

setDefaultBackend(() => {
  const name = requested();
  if (name === 'cpu') return cpuBackend();
  if (name === 'wasm') return wasmBackend();
  if (name) throw new BackendError(`NABLA_BACKEND is '${name}', expected cpu or wasm; others start with setBackend`);
  try {
    return wasmBackend();
  } catch (error) {
    console.warn(`nabla: WebAssembly cannot run here (${(error as Error).message}); the cpu backend is used`);
    return cpuBackend();
  }
});

/**
 * Resolves when the backend can run ops: at once, for those of this package; tfjs's code waits for it.
 * @example await ready();
 */
export async function ready(): Promise<void> {
  currentBackend();
}
