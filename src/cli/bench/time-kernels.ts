import { backendInfo, setBackend } from '../../backends/registry.js';
import type { Peaks } from '../../backends/wasm/peaks/measure-peaks.js';
import { shareOfPeak } from '../../profile/roofline.js';
import { dispose } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';
import { machinePeaks } from '../profile/machine-peaks.js';
import { type Geometry, type KernelName, kernelCalls } from './kernel-calls.js';

/** Times of one kernel on one backend, in ms. */
export interface KernelTimes {
  readonly backend: string;
  readonly kernel: string;
  /** First call, in which GPU modes translate and compile the kernel. */
  readonly firstCall: number;
  /** Median of calls whose result is read back. */
  readonly withReadBack: number;
  /** Time per call in a series of which only the last result is read. */
  readonly without: number;
  /** Time by the device's clock; null if it has none. */
  readonly device: number | null;
  /** Rate computed from `device`, or from `without` if that is null. */
  readonly gflops: number;
  /** Rate computed in the same way; bytes are those of operands and result, each counted once. */
  readonly gigabytesPerSecond: number;
  /** Share of what the machine can do, measured after the kernels; null on backends other than wasm. */
  readonly ofPeak: number | null;
}

async function time(f: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await f();
  return performance.now() - start;
}

async function readBack(kernel: () => Tensor): Promise<void> {
  const result = kernel();
  await result.data();
  result.dispose();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

/** Time of a call by the device's clock: the sum over the kernels of the call. */
type DeviceTime = (call: () => Tensor) => Promise<number>;

/** Start a backend; return its clock, or null, and the reasons for fallbacks. */
async function start(backend: string, mode?: string): Promise<{ clock: DeviceTime | null; notes: readonly string[] }> {
  if (backend === 'gpu') {
    const { gpuInfo } = await import('../../backends/gpu/register.js');
    await setBackend(backend, mode ? { mode } : undefined);
    return { clock: null, notes: gpuInfo().notes };
  }
  if (backend !== 'webgpu') {
    await setBackend(backend);
    return { clock: null, notes: [] };
  }
  const { profileKernels, webgpuInfo } = await import('../../backends/webgpu/register.js');
  await setBackend(backend);
  const clock: DeviceTime = async (call) => {
    const times = await profileKernels(() => call().dispose());
    return times.reduce((sum, { ms }) => sum + ms, 0);
  };
  const hasClock = webgpuInfo().features.includes('timestamp-query');
  return { clock: hasClock ? clock : null, notes: backendInfo().notes };
}

/** Time a kernel and its gradients on a backend. @throws BackendError when it cannot start */
export async function timeKernels(
  kernel: KernelName,
  geometry: Geometry,
  { backend, mode, runs }: { readonly backend: string; readonly mode?: string; readonly runs: number },
): Promise<{ description: string; rows: KernelTimes[]; peaks: Peaks | null; notes: readonly string[] }> {
  const { clock, notes } = await start(backend, mode);
  const { description, operands, calls, operations, bytes } = kernelCalls(kernel, geometry);
  const { name, variant, threads } = backendInfo();
  const timed: (Omit<KernelTimes, 'ofPeak'> & { readonly ms: number })[] = [];
  for (const [kernelName, call] of Object.entries(calls)) {
    const firstCall = await time(() => readBack(call));
    const single: number[] = [];
    for (let run = 0; run < runs; run++) single.push(await time(() => readBack(call)));
    const inARow = await time(async () => {
      for (let run = 1; run < runs; run++) call().dispose();
      await readBack(call);
    });
    const without = inARow / runs;
    const onDevice: number[] = [];
    for (let run = 0; clock && run < runs; run++) onDevice.push(await clock(call));
    const device = clock && median(onDevice);
    const ms = device ?? without;
    timed.push({
      ms,
      backend: `${name} (${variant}, ${threads} thread${threads === 1 ? '' : 's'})`,
      kernel: kernelName,
      firstCall,
      withReadBack: median(single),
      without,
      device,
      gflops: operations / ms / 1e6,
      gigabytesPerSecond: bytes / ms / 1e6,
    });
  }
  dispose(operands);
  const peaks = await machinePeaks();
  const rows = timed.map(({ ms, ...times }) => ({
    ...times,
    ofPeak: peaks && shareOfPeak({ calls: 1, ms, operations, bytesMoved: bytes }, peaks),
  }));
  return { description, rows, peaks, notes };
}
