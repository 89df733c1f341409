import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { packageFolder } from '../src/datasets/locations.js';
import type { Library } from './contestant.js';
import { isModelRun, type Workload } from './workloads.js';

export const peersFolder = join(packageFolder(), 'bench/peers');
const programs = join(packageFolder(), '.cache/programs');

const isPrediction = ({ kind }: Workload) => kind === 'predict';
const isKernel = (work: Workload) => !isModelRun(work) && work.kind !== 'lstm-train';

/** nabla as a library of contestants, run by an executable of Node. */
export const nablaBy = (node: string, threads: number, turbo: boolean): Library => ({
  name: 'nabla, Node',
  command: node,
  args: ['--enable-source-maps', join(programs, 'bench-nabla.js'), String(threads), turbo ? 'turbo' : 'no-turbo'],
  folder: programs,
  does: () => true,
  needsOnnx: false,
});

/** What nabla is compared with. Those that run ONNX files get PyTorch's models, see `onnxFile`. */
export function peers(threads: number): Library[] {
  const program = (name: string, installed: string, does: Library['does'], needsOnnx: boolean): Library[] => {
    if (!existsSync(join(peersFolder, 'node_modules', installed))) {
      console.error(`${name}: not installed, left out; npm install in bench/peers installs it`);
      return [];
    }
    const args = [`${name}.mjs`, String(threads)];
    return [{ name, command: process.execPath, args, folder: peersFolder, does, needsOnnx }];
  };
  return [
    pytorch(threads),
    ...program('onnxruntime-node', 'onnxruntime-node', isPrediction, true),
    ...program('onnxruntime-web', 'onnxruntime-web', isPrediction, true),
    ...program('jax-js', '@jax-js/jax', (work) => isKernel(work) || isPrediction(work), true),
    ...program('tfjs-wasm', '@tensorflow/tfjs', (work) => !isModelRun(work), false),
  ];
}

export const pytorch = (threads: number): Library => ({
  name: 'PyTorch',
  command: '/usr/bin/python3',
  args: ['pytorch.py', String(threads)],
  folder: peersFolder,
  does: () => true,
  needsOnnx: false,
});
