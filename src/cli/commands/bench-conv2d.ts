import { backendInfo, setBackend } from '../../backends/registry.js';
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from '../../ops/conv2d.js';
import { randomUniform } from '../../ops/random.js';
import { dispose } from '../../tensor/scope.js';
import type { Tensor } from '../../tensor/tensor.js';

export interface BenchOptions {
  readonly backend: string;
  readonly mode?: string;
  readonly batch: number;
  readonly size: number;
  readonly channels: number;
  readonly runs: number;
  readonly json?: boolean;
}

/** Times of one kernel, in ms. */
interface Row {
  readonly kernel: string;
  /** The first call: gpu.js translates and compiles in it. */
  readonly firstCall: number;
  /** Median time of calls whose results are read back. */
  readonly withReadBack: number;
  /** Time of a call in a series of which only the last result is read. */
  readonly without: number;
  /** Time by the device's clock; null if there is none. */
  readonly device: number | null;
  /** Computed from `device`, else from `without`. */
  readonly gflops: number;
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

/** Time a call by the device's clock: the sum over its kernels. */
type DeviceTime = (call: () => Tensor) => Promise<number>;

async function startWebGpu(): Promise<DeviceTime | null> {
  const { profileKernels, webgpuInfo } = await import('../../backends/webgpu/register.js');
  await setBackend('webgpu');
  if (!webgpuInfo().features.includes('timestamp-query')) return null;
  return async (call) => {
    const times = await profileKernels(() => call().dispose());
    return times.reduce((sum, { ms }) => sum + ms, 0);
  };
}

/** A 3×3 convolution, stride 1, same padding, and its two gradients. */
export async function benchConv2d({ backend, mode, batch, size, channels, runs, json }: BenchOptions): Promise<void> {
  const gpu = backend === 'gpu' ? await import('../../backends/gpu/register.js') : null;
  const deviceTime = backend === 'webgpu' && !mode ? await startWebGpu() : null;
  await setBackend(backend, mode ? { mode } : undefined);
  const x = randomUniform([batch, size, size, channels]);
  const filter = randomUniform([3, 3, channels, channels]);
  const dy = randomUniform([batch, size, size, channels]);
  const options = { strides: 1, padding: 'same', dilations: 1, groups: 1 } as const;
  const kernels: Readonly<Record<string, () => Tensor>> = {
    conv2d: () => conv2d(x, filter, 1, 'same'),
    conv2dInputGradient: () => conv2dInputGradient(dy, filter, x.shape, options),
    conv2dFilterGradient: () => conv2dFilterGradient(x, dy, filter.shape, options),
  };
  const operations = 2 * batch * size ** 2 * 9 * channels ** 2;
  const rows: Row[] = [];
  for (const [kernel, call] of Object.entries(kernels)) {
    const firstCall = await time(() => readBack(call));
    const single: number[] = [];
    for (let run = 0; run < runs; run++) single.push(await time(() => readBack(call)));
    const inARow = await time(async () => {
      for (let run = 1; run < runs; run++) call().dispose();
      await readBack(call);
    });
    const without = inARow / runs;
    const onDevice: number[] = [];
    for (let run = 0; deviceTime && run < runs; run++) onDevice.push(await deviceTime(call));
    const device = deviceTime && median(onDevice);
    const gflops = operations / (device ?? without) / 1e6;
    rows.push({ kernel, firstCall, withReadBack: median(single), without, device, gflops });
  }
  dispose([x, filter, dy]);
  print(rows, json ?? false, `x [${batch},${size},${size},${channels}], filter [3,3,${channels},${channels}]`);
  const notes = gpu?.gpuInfo().notes ?? (backend === 'webgpu' ? backendInfo().notes : []);
  for (const note of notes) if (!json) console.log(`not taken: ${note}`);
}

function print(rows: readonly Row[], json: boolean, shapes: string): void {
  const { name, variant, threads } = backendInfo();
  if (json) {
    console.log(JSON.stringify({ backend: name, variant, threads, shapes, rows }, null, 1));
    return;
  }
  console.log(`${name} (${variant}), ${threads} thread(s), node ${process.version}; ${shapes}, stride 1, same`);
  console.table(
    rows.map(({ kernel, firstCall, withReadBack, without, device, gflops }) => ({
      kernel,
      'first call ms': firstCall.toFixed(1),
      'with read-back ms': withReadBack.toFixed(2),
      'without ms': without.toFixed(2),
      'device ms': device === null ? '' : device.toFixed(2),
      'GFLOP/s': gflops.toFixed(2),
    })),
  );
}
