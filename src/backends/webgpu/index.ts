import type { DType, TypedArray } from '../../base/dtype.js';
import { BackendError } from '../../base/errors.js';
import { type Given, listOf, oneOf, readOptions, string } from '../../base/options.js';
import type { Backend } from '../backend.js';
import { webGpuKernels } from './kernels.js';
import { requestAdapter } from './runtime/adapter.js';
import type { WebGpuBuffer } from './runtime/batch.js';
import { Device, type DeviceCounts } from './runtime/device.js';
import type { KernelTime } from './runtime/profiler.js';

export type { DeviceCounts } from './runtime/device.js';
export type { KernelTime } from './runtime/profiler.js';

const OPTIONS = {
  /** Preferred adapter if there are several; default 'high-performance'. */
  powerPreference: oneOf(['high-performance', 'low-power']).default('high-performance'),
  /** In Node: flags of Dawn, such as `backend=vulkan`, or `backend=null` for a device that computes nothing. */
  dawn: listOf(string()).optional(),
};

/** Options of `setBackend('webgpu', …)`. */
export type WebGpuOptions = Given<typeof OPTIONS>;

export interface WebGpuInfo {
  /** Description of the adapter by its driver. */
  readonly adapter: string;
  /** Whether the GPU is emulated on the CPU; the wasm backend is then faster. */
  readonly isSoftware: boolean;
  readonly limits: Readonly<Record<string, number>>;
  /** Optional features of WebGPU that are used. */
  readonly features: readonly string[];
  /** Reasons why other adapters were not chosen, and missing features. */
  readonly notes: readonly string[];
  /** Counts of live objects, and of objects created since the start. */
  readonly counts: DeviceCounts;
}

// One device per process: adapters support few.
let running: Device | null = null;

/** Values of four bytes each, as the device has them. */
function toDevice(values: TypedArray, dtype: DType): Float32Array | Int32Array | Uint32Array {
  if (dtype === 'float32') return values instanceof Float32Array ? values : Float32Array.from(values);
  if (dtype === 'int32') return values instanceof Int32Array ? values : Int32Array.from(values);
  return Uint32Array.from(values);
}

function toHost(bytes: ArrayBuffer, dtype: DType): TypedArray {
  if (dtype === 'float32') return new Float32Array(bytes);
  return dtype === 'int32' ? new Int32Array(bytes) : Uint8Array.from(new Uint32Array(bytes));
}

function backendOver(device: Device): Backend<WebGpuBuffer> {
  const { description, isSoftware, limits, features, notes } = device.adapter;
  const kernels = webGpuKernels(device);
  /** A single number is passed as a uniform, without waiting for recorded commands. */
  const uploadNumber = (value: number, dtype: DType): WebGpuBuffer => {
    const buffer = device.allocate(1);
    kernels.fill({ shape: [], dtype, size: 1, buffer }, value);
    return buffer;
  };
  return {
    name: 'webgpu',
    kernels,
    info: () => ({ name: 'webgpu', variant: description, threads: 1, notes, isSoftware, limits, features }),
    supports: (dtype) => dtype !== 'float64',
    allocate: (_, size) => device.allocate(size),
    upload: (values, dtype) =>
      values.length === 1 ? uploadNumber(values[0], dtype) : device.upload(toDevice(values, dtype)),
    free: (buffer) => device.free(buffer),
    copy: (buffer) => device.copy(buffer),
    read: async (buffer, dtype, size) => toHost(await device.read(buffer, size), dtype),
    readSync() {
      throw new BackendError('webgpu: values cannot be read synchronously; await x.data()');
    },
    dispose: () => device.close('the backend was disposed'),
  };
}

/**
 * Start a device. This ends an earlier device and its tensors.
 * @throws BackendError naming what is missing @throws ValueError on an unknown option
 */
export async function startWebGpuBackend(
  options: Readonly<Record<string, unknown>> = {},
): Promise<Backend<WebGpuBuffer>> {
  const adapter = await requestAdapter(readOptions('webgpu', OPTIONS, options as WebGpuOptions));
  running?.close("setBackend('webgpu', …) started another device; tensors of the one before are gone");
  running = new Device(adapter);
  return backendOver(running);
}

function runningDevice(caller: string): Device {
  if (!running) throw new BackendError(`${caller}: the webgpu backend does not run; await setBackend('webgpu') first`);
  return running;
}

/**
 * Return the adapter that the webgpu backend runs on, and the objects that it holds.
 * @throws BackendError before `await setBackend('webgpu')`
 * @example console.log(webgpuInfo().adapter, webgpuInfo().counts.bytes);
 */
export function webgpuInfo(): WebGpuInfo {
  const device = runningDevice('webgpuInfo');
  const { description, isSoftware, limits, features, notes } = device.adapter;
  return { adapter: description, isSoftware, limits, features, notes, counts: device.counts };
}

/**
 * Run `f` and time each of its kernels on the device, in the order of their calls. Each runs in its own pass, so
 * that the sum exceeds the time of `f` without profiling. Browsers round to 100 µs.
 * @returns the name of each kernel's program, and how long the device took, in ms
 * @throws BackendError before `await setBackend('webgpu')`, and when the adapter has no `timestamp-query`
 * @example const times = await profileKernels(() => x.matMul(x).dispose());
 */
export function profileKernels(f: () => void | Promise<void>): Promise<KernelTime[]> {
  return runningDevice('profileKernels').profile(f);
}
