import { afterAll, describe, expect, test, vi } from 'vitest';
import { lenet5Step } from '../../../bench/webgpu/lenet5-step.js';
import '../../../src/ops/methods.js';
import { backendInfo, currentBackend, getBackend, setBackend } from '../../../src/backends/registry.js';
import { requestAdapter } from '../../../src/backends/webgpu/runtime/adapter.js';
import { Device } from '../../../src/backends/webgpu/runtime/device.js';
import { BackendError, DTypeError, ValueError } from '../../../src/base/errors.js';
import { add, mul } from '../../../src/ops/arithmetic.js';
import { concat } from '../../../src/ops/concat.js';
import { ones, tensor, zeros } from '../../../src/ops/creation.js';
import { square } from '../../../src/ops/unary.js';
import { adam } from '../../../src/optim/index.js';
import { dispose, memory } from '../../../src/tensor/scope.js';
import { disposeVariables, variable } from '../../../src/tensor/variable.js';
import { profileKernels, webgpuInfo } from '../../../src/webgpu.js';
import { MemoryWatch } from '../../support/memory-watch.js';
import { MODELS, train } from '../gpu/models.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

afterAll(() => setBackend('cpu'));

/** A separate device, which no backend uses. */
async function freshDevice(): Promise<Device> {
  return new Device(await requestAdapter({ powerPreference: 'high-performance' }));
}

const floatsOf = async (device: Device, buffer: Parameters<Device['read']>[0], size: number) => [
  ...new Float32Array(await device.read(buffer, size)),
];

/** The device that the backend runs on, to break it. */
async function runningGpuDevice(): Promise<GPUDevice> {
  const create = vi.spyOn(Device.prototype, 'launch');
  ones([1]).dispose();
  const device = create.mock.contexts[0] as unknown as Device;
  create.mockRestore();
  return device.adapter.device;
}

describe.skipIf(!HAS_WEBGPU)(`a device${NEEDS}`, () => {
  test('reports the adapter and its limits', async () => {
    const { adapter, limits, features } = await startWebGpu();
    const info = backendInfo();
    expect(info).toMatchObject({ name: 'webgpu', variant: adapter, limits, features });
    // More than the 128 MiB of a device that was not asked for more.
    expect(limits.maxStorageBufferBindingSize).toBeGreaterThan(2 ** 27);
  });

  test('100 steps: buffers and bind groups stay flat', async () => {
    await startWebGpu();
    const held: number[] = [];
    const made: number[] = [];
    const groups: number[] = [];
    const losses = await train(MODELS[0], {
      steps: 100,
      optimizer: () => adam({ learningRate: 0.003 }),
      watch: () => {
        const { counts } = webgpuInfo();
        held.push(counts.buffers);
        made.push(counts.made.buffers);
        groups.push(counts.bindGroups);
      },
    });
    // Adam's slots and the batch of step 0 are there from then on; every later step ends as the second did.
    expect(new Set(held.slice(1)).size, `buffers: ${[...new Set(held)]}`).toBe(1);
    expect(new Set(made.slice(2)).size, `buffers made: ${[...new Set(made)]}`).toBe(1);
    expect(new Set(groups.slice(60)).size, `bind groups: ${[...new Set(groups)]}`).toBe(1);
    expect(losses[99]).toBeLessThan(losses[0]);
    expect(webgpuInfo().counts.buffers).toBe(0);
  });

  test('500 steps: the memory of the process stays flat, on the null device', async () => {
    await startWebGpu('null');
    const watch = new MemoryWatch();
    const step = lenet5Step();
    for (let i = 0; i < 500; i++) {
      const loss = step();
      await loss.data();
      loss.dispose();
      if (i >= 100 && i % 25 === 0) await watch.sample(i);
    }
    disposeVariables();
    // What the first convolution makes: six channels of float32.
    expect(watch.bytesLeftPerStep).toBeLessThan((32 * 28 * 28 * 6 * 4) / 2);
  });

  test('values that are uploaded into a used buffer wait for the kernels that still read it', async () => {
    const device = await freshDevice();
    const twice = {
      reads: ['x: f32'],
      writes: ['y: f32'],
      uniforms: ['count: u32'],
      main: 'y[local] = 2.0 * x[local];',
    };
    const x = device.upload(Float32Array.of(1, 2, 3));
    const y = device.allocate(3);
    device.launch('twice', () => twice, { reads: [x], writes: [y], uniforms: [3], groups: 1 });
    device.free(x);
    const z = device.upload(Float32Array.of(7, 8, 9));
    expect(z.block).toBe(x.block);
    expect(await floatsOf(device, y, 3)).toEqual([2, 4, 6]);
    expect(await floatsOf(device, z, 3)).toEqual([7, 8, 9]);
    device.close('the test is over');
  });

  test('reads answer in order, and none is lost among a hundred', async () => {
    await startWebGpu();
    const order: number[] = [];
    const reads = Array.from({ length: 100 }, async (_, i) => {
      const x = mul(ones([3]), i);
      const values = await x.data();
      order.push(i);
      x.dispose();
      return values[2];
    });
    expect(await Promise.all(reads)).toEqual(Array.from({ length: 100 }, (_, i) => i));
    expect(order).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });

  test('parts without number are joined', async () => {
    await startWebGpu();
    const parts = Array.from({ length: 20 }, (_, i) => tensor([[i, -i]]));
    const joined = concat(parts, 0);
    expect(Array.from(await joined.data())).toEqual(parts.flatMap((_, i) => [i, -i]));
    dispose([...parts, joined]);
  });

  test('a variable that shares its buffer gets its own without the host', async () => {
    await startWebGpu();
    const x = tensor([1, 2]);
    const weight = variable(x);
    weight.makeExclusive();
    expect(weight.storage.isShared).toBe(false);
    x.dispose();
    expect(Array.from(await weight.data())).toEqual([1, 2]);
    disposeVariables();
  });

  test('what does not fit is refused by name, and leaves nothing', async () => {
    const { limits } = await startWebGpu();
    const before = memory();
    const elements = limits.maxStorageBufferBindingSize / 4 + 1;
    expect(() => zeros([elements])).toThrow(BackendError);
    expect(() => zeros([elements])).toThrow(new RegExp(`tensor of ${elements} elements`));
    expect(() => tensor([1], [1], 'float64')).toThrow(DTypeError);
    expect(memory()).toEqual(before);
  });

  test('synchronous reading is refused', async () => {
    await startWebGpu();
    const x = square(tensor([3]));
    expect(() => x.dataSync()).toThrow(BackendError);
    expect(() => x.dataSync()).toThrow(/await x\.data\(\)/);
    expect(await x.data()).toEqual(Float32Array.of(9));
    x.dispose();
  });

  test('another start replaces the first, whose tensors report it; other backends continue', async () => {
    await startWebGpu();
    const lost = square(tensor([2]));
    await startWebGpu();
    await expect(lost.data()).rejects.toThrow(BackendError);
    await expect(lost.data()).rejects.toThrow(/started another device/);
    lost.dispose();
    await setBackend('cpu');
    expect(square(tensor([2])).dataSync()).toEqual(Float32Array.of(4));
  });

  test('a disposed backend starts again, and its old tensors report it', async () => {
    await startWebGpu();
    const lost = square(tensor([2]));
    currentBackend().dispose?.();
    await expect(lost.data()).rejects.toThrow(/disposed/);
    lost.dispose();
    await startWebGpu();
    const x = square(tensor([3]));
    expect(Array.from(await x.data())).toEqual([9]);
    x.dispose();
  });

  test('a device that is lost is a BackendError for every call; other backends go on, and so does a new device', async () => {
    await startWebGpu();
    const x = tensor([1, 2, 3]);
    const waiting = square(x).data();
    (await runningGpuDevice()).destroy();
    await waiting.catch((error) => expect(error).toBeInstanceOf(BackendError));
    await vi.waitFor(() => expect(() => square(x)).toThrow(/lost/), 60_000);
    await expect(x.data()).rejects.toThrow(BackendError);
    x.dispose();
    await setBackend('cpu');
    expect(square(tensor([2])).dataSync()).toEqual(Float32Array.of(4));
    await startWebGpu();
    expect(Array.from(await square(tensor([3])).data())).toEqual([9]);
  });

  test('a device that is out of memory gives idle buffers back and asks again', async () => {
    await startWebGpu();
    const gpu = await runningGpuDevice();
    zeros([5000]).dispose();
    const pop = gpu.popErrorScope.bind(gpu);
    let answers = 0;
    gpu.popErrorScope = async () => (await pop()) ?? (answers++ === 0 ? ({ message: 'no memory' } as GPUError) : null);
    const idle = webgpuInfo().counts.idleBytes;
    const x = add(ones([70_001]), 1);
    expect((await x.data())[70_000]).toBe(2);
    expect(answers).toBeGreaterThan(1);
    expect(webgpuInfo().counts.idleBytes).toBeLessThan(idle + 1);
    x.dispose();
  });

  test('tensors computed from failed allocations report it, and others continue', async () => {
    await startWebGpu();
    const gpu = await runningGpuDevice();
    const small = tensor([1, 2, 3]);
    expect(Array.from(await small.data())).toEqual([1, 2, 3]);
    const pop = gpu.popErrorScope.bind(gpu);
    gpu.popErrorScope = async () => (await pop()) ?? ({ message: 'no memory' } as GPUError);
    const large = ones([70_003]);
    const derived = add(large, 1);
    await expect(derived.data()).rejects.toThrow(BackendError);
    await expect(large.data()).rejects.toThrow(/has no 3\d\d\d\d\d bytes left .* use the wasm backend/);
    gpu.popErrorScope = pop;
    dispose([large, derived]);
    const after = square(small);
    expect(Array.from(await after.data())).toEqual([1, 4, 9]);
    const again = ones([70_003]);
    expect((await again.data())[5]).toBe(1);
    dispose([small, after, again]);
    expect(webgpuInfo().counts.buffers).toBe(0);
  });

  test('a program that does not compile is an error with its name', async () => {
    const device = await freshDevice();
    const broken = { reads: [], writes: ['y: f32'], uniforms: ['count: u32'], main: 'y[0] = absent;' };
    const y = device.allocate(1);
    device.launch('broken', () => broken, { reads: [], writes: [y], uniforms: [1], groups: 1 });
    await expect(device.read(y, 1)).rejects.toThrow(BackendError);
    await expect(device.read(y, 1)).rejects.toThrow(/broken/);
    device.close('the test is over');
  });

  test('kernels are timed on the device, each under its name', async () => {
    await startWebGpu();
    const x = ones([1000]);
    const times = await profileKernels(() => {
      const y = square(x);
      add(y, x).dispose();
      y.dispose();
    });
    expect(times.map(({ kernel }) => kernel.split('/').slice(0, 2).join('/'))).toEqual([
      'unary/square',
      'binary/add|sub|mul|div',
    ]);
    for (const { ms } of times) expect(ms).toBeGreaterThanOrEqual(0);
    x.dispose();
  });
});

describe('starting', () => {
  test('an unknown option is named with those that are known, and the current backend stays', async () => {
    await import('../../../src/webgpu.js');
    await setBackend('cpu');
    const start = setBackend('webgpu', { threads: 4 });
    await expect(start).rejects.toThrow(ValueError);
    await expect(start).rejects.toThrow(/webgpu: there is no option threads, expected powerPreference, dawn/);
    await expect(setBackend('webgpu', { powerPreference: 'max' })).rejects.toThrow(/webgpu: powerPreference is 'max'/);
    expect(getBackend()).toBe('cpu');
  });

  test.skipIf(HAS_WEBGPU)('without the package webgpu the error says what to install', async () => {
    await expect(setBackend('webgpu', {})).rejects.toThrow(BackendError);
    await expect(setBackend('webgpu', {})).rejects.toThrow(/npm install webgpu/);
  });
});
