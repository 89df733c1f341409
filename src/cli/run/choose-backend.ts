import { backendInfo, setBackend } from '../../backends/registry.js';
import type { Processes } from './processes.js';

interface BackendOptions {
  readonly backend: string;
  readonly threads?: number;
  /** Of wasm: the one that began the run. */
  readonly variant?: string;
}

/** Start a backend by name. */
export async function startBackend({ backend, threads, variant }: BackendOptions, processes: Processes): Promise<void> {
  const { cores, isFirst } = processes;
  if (threads !== undefined && threads > cores && isFirst) {
    console.warn(
      `train: --threads is ${threads}, but this machine has ${cores} ` +
        `cores${processes.world ? ' per process' : ''}: more threads than cores are slower by a factor of ten or more`,
    );
  }
  if (backend === 'gpu') await import('../../backends/gpu/register.js');
  if (backend === 'webgpu') await import('../../backends/webgpu/register.js');
  const share = processes.world && backend === 'wasm' ? cores : undefined;
  const used = threads ?? share;
  const given = { ...(used && { threads: used }), ...(variant && { variant }) };
  await setBackend(backend, used || variant ? given : undefined);
  const { variant: runs, notes } = backendInfo();
  if (variant && runs !== variant && isFirst) {
    console.warn(
      `train: the run began on wasm, ${variant}, and continues on wasm, ${runs}, which rounds otherwise: ` +
        notes.join('; '),
    );
  }
}

/**
 * Choose a backend by the number of weights. Setting `threads` selects wasm, as do several processes, which would share
 * one GPU.
 */
export async function chooseBackend(parameters: number, options: BackendOptions, processes: Processes): Promise<void> {
  if (options.threads !== undefined || processes.world) {
    return startBackend({ ...options, backend: 'wasm' }, processes);
  }
  await import('../../backends/webgpu/register.js');
  await setBackend('auto', { parameters });
  console.log(`\nbackend: ${backendInfo().name}, ${backendInfo().variant}`);
}
