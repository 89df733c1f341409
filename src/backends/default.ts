import { environment } from '../base/environment.js';
import { BackendError } from '../base/errors.js';
import { readOptions } from '../base/options.js';
import { chooseBackend } from './auto.js';
import type { Backend } from './backend.js';
import { cpuBackend } from './cpu/index.js';
import { currentBackend, registerBackend, setDefaultBackend } from './registry.js';
import { wasmBackend } from './wasm/index.js';

registerBackend('cpu', (options) => {
  readOptions('cpu', {}, options);
  return cpuBackend();
});
registerBackend('wasm', (options) => wasmBackend(options));
registerBackend('auto', chooseBackend);

/**
 * Start the backend of NABLA_BACKEND, else the fastest that needs no import.
 * @param wasm how the wasm backend is started
 * @throws ValueError when a variable has a wrong value
 */
export function startDefault(wasm: () => Backend): Backend {
  const name = environment('NABLA_BACKEND');
  if (name === 'cpu') return cpuBackend();
  if (name === 'wasm') return wasm();
  if (name) throw new BackendError(`NABLA_BACKEND is '${name}', expected cpu or wasm; others start with setBackend`);
  try {
    return wasm();
  } catch (error) {
    // A wrong NABLA_THREADS is an error; training a hundred times slower on the cpu backend would hide it.
    if (!(error instanceof BackendError)) throw error;
    console.warn(`nabla: WebAssembly cannot run here (${error.message}); the cpu backend is used`);
    return cpuBackend([`wasm not used: ${error.message}`]);
  }
}

setDefaultBackend(() => startDefault(wasmBackend));

/**
 * Wait until the backend can run ops, which is immediate here; exists because tfjs's code calls it.
 * @example await ready();
 */
export async function ready(): Promise<void> {
  currentBackend();
}
