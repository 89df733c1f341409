import { BackendError } from '../base/errors.js';
import { type Given, integer, readOptions } from '../base/options.js';
import type { Backend } from './backend.js';
import { explainChoice, isRegistered, startBackend, startedBackend } from './registry.js';

const OPTIONS = {
  /** Number of weights of the model; without it, a GPU is always used if there is one. */
  parameters: integer({ min: 0 }).optional(),
};

/** Options of `setBackend('auto', …)`. */
export type AutoOptions = Given<typeof OPTIONS>;

/**
 * Models with at least this many weights use a GPU. For smaller ones, wasm finishes a training step before a GPU's
 * calls are made: LeNet-5 (107,786 weights) takes 4 ms there. Nothing is measured at the start.
 */
const LARGE_MODEL = 1_000_000;

/** Return the webgpu backend, or the reason why it is not used. */
async function tryWebGpu(parameters: number | undefined): Promise<Backend | string> {
  if (!isRegistered('webgpu')) return "webgpu needs import 'nabla/webgpu'";
  if (parameters !== undefined && parameters < LARGE_MODEL) {
    return `webgpu is for models of ${LARGE_MODEL} weights or more, this one has ${parameters}`;
  }
  try {
    const backend = await startBackend('webgpu');
    const { isSoftware, variant } = backend.info();
    if (!isSoftware) return backend;
    if (!startedBackend('webgpu')) backend.dispose?.();
    return `${variant} is software, and slower than wasm`;
  } catch (error) {
    return (error as Error).message;
  }
}

/**
 * Choose webgpu for large models if there is a GPU, else wasm, else cpu; `backendInfo().notes` says why.
 * @throws ValueError on an unknown option, or when `parameters` is not a count, or a variable has a wrong value
 */
export async function chooseBackend(options: Readonly<Record<string, unknown>> = {}): Promise<Backend> {
  const { parameters } = readOptions('auto', OPTIONS, options as AutoOptions);
  const notes: string[] = [];
  const gpu = await tryWebGpu(parameters);
  if (typeof gpu !== 'string') return gpu;
  notes.push(gpu);
  try {
    return await startBackend('wasm');
  } catch (error) {
    // A variable with a wrong value is an error: the cpu backend is a hundred times slower.
    if (!(error instanceof BackendError)) throw error;
    notes.push(error.message);
    return await startBackend('cpu');
  } finally {
    explainChoice(notes);
  }
}
