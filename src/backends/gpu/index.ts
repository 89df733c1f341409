import { type DType, type TypedArray, typedArrayFrom } from '../../base/dtype.js';
import { BackendError } from '../../base/errors.js';
import { type Given, oneOf, positiveInteger, readOptions } from '../../base/options.js';
import type { Backend } from '../backend.js';
import { gpuKernels } from './kernels.js';
import type { GpuBuffer } from './runtime/buffer.js';
import { Device, MAX_ARRAYS, MAX_ELEMENTS } from './runtime/device.js';
import { type Engine, startEngine } from './runtime/engine.js';
import { asFloats } from './runtime/floats.js';
import { GPU_MODES, type GpuMode } from './runtime/library.js';

export type { GpuMode } from './runtime/library.js';

const OPTIONS = {
  /** Default 'auto': the first supported one of webgpu, webgl2 (headlessgl in Node), webasm, cpu. */
  mode: oneOf([...GPU_MODES, 'auto']).default('auto'),
  /** Number of cached kernels, default 512. A kernel keeps its last result, which takes memory. */
  cachedKernels: positiveInteger().default(512),
};

export type GpuOptions = Given<typeof OPTIONS>;

export interface GpuInfo {
  /** The actual mode of kernels. */
  readonly mode: GpuMode;
  readonly adapter: string;
  readonly limits: Readonly<Record<string, number>>;
  /** Reasons why other modes were not chosen. */
  readonly notes: readonly string[];
  /** Counts of live objects: compiled kernels, arrays on the device and their elements. */
  readonly alive: Readonly<{ kernels: number; arrays: number; elements: number }>;
}

interface Running {
  readonly device: Device;
  readonly info: () => GpuInfo;
}

// One instance per process: beyond some 16 contexts a browser silently drops the oldest.
let running: Running | null = null;

async function startFirst(modes: readonly GpuMode[]): Promise<{ engine: Engine; notes: string[] }> {
  const notes: string[] = [];
  for (const mode of modes) {
    try {
      return { engine: await startEngine(mode), notes };
    } catch (error) {
      if (modes.length === 1) throw error;
      notes.push((error as Error).message);
    }
  }
  throw new BackendError(`gpu: no mode runs here: ${notes.join('; ')}`);
}

function backendOver(device: Device, info: () => GpuInfo): Backend<GpuBuffer> {
  const toHost = (values: Float32Array, dtype: DType): TypedArray =>
    dtype === 'float32' ? values : typedArrayFrom(dtype, values);
  return {
    name: 'gpu',
    kernels: gpuKernels(device),
    info: () => {
      const { mode, adapter, notes } = info();
      return { name: 'gpu', variant: `${mode} (${adapter})`, threads: 1, notes };
    },
    supports: (dtype) => dtype !== 'float64',
    allocate: (_, size) => device.allocate(size),
    upload: (values, dtype) => device.upload(asFloats(values, dtype)),
    free: (buffer) => device.free(buffer),
    copy: (buffer) => {
      const copy = device.allocate(buffer.size);
      device.alias(buffer, copy);
      return copy;
    },
    read: async (buffer, dtype) => toHost(await device.read(buffer), dtype),
    readSync: (buffer, dtype) => toHost(device.readSync(buffer), dtype),
    dispose: () => void device.close('the backend was disposed', false),
  };
}

/**
 * Start gpu.js in a mode. This ends an earlier instance and its tensors.
 * @throws BackendError naming what is missing
 * @throws ValueError on an unknown mode
 */
export async function startGpuBackend(options: Readonly<Record<string, unknown>> = {}): Promise<Backend<GpuBuffer>> {
  const { mode: asked, cachedKernels } = readOptions('gpu', OPTIONS, options as GpuOptions);
  const { engine, notes } = await startFirst(asked === 'auto' ? GPU_MODES : [asked]);
  // gpu.js has one WebGPU device for all its instances: the new one may be using it.
  const reason = "setBackend('gpu', …) started another instance; tensors of the one before are gone";
  await running?.device.close(reason, engine.mode === 'webgpu');
  const device = new Device(engine, cachedKernels);
  const { mode, adapter } = engine;
  const limits = { ...engine.limits, maxElements: MAX_ELEMENTS, maxArrayArguments: MAX_ARRAYS, cachedKernels };
  const info = (): GpuInfo => ({ mode, adapter, limits, notes, alive: device.alive });
  running = { device, info };
  return backendOver(device, info);
}

/**
 * Return the mode and device that the gpu backend runs on, and the objects that it holds.
 * @throws BackendError before `await setBackend('gpu')`
 */
export function gpuInfo(): GpuInfo {
  if (!running) throw new BackendError("gpuInfo: the gpu backend does not run; await setBackend('gpu') first");
  return running.info();
}
