import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import '../../../src/ops/methods.js';
import { currentBackend, getBackend, setBackend } from '../../../src/backends/registry.js';
import { BackendError, DTypeError, ValueError } from '../../../src/base/errors.js';
import { gpuInfo } from '../../../src/gpu.js';
import { add, mul } from '../../../src/ops/arithmetic.js';
import { concat } from '../../../src/ops/concat.js';
import { tensor, zeros } from '../../../src/ops/creation.js';
import { square } from '../../../src/ops/unary.js';
import { adam } from '../../../src/optim/index.js';
import { dispose, memory } from '../../../src/tensor/scope.js';
import { disposeVariables, variable } from '../../../src/tensor/variable.js';
import { MemoryWatch } from '../../support/memory-watch.js';
import { MODELS, SIDE, train } from './models.js';
import { MODES, startMode } from './modes.js';

afterAll(() => setBackend('cpu'));

describe.each(MODES)('gpu.js in mode %s', (mode) => {
  test('500 steps: handles, device arrays and the memory of the process stay flat', async () => {
    await startMode(mode);
    const held: number[] = [];
    const kernels: number[] = [];
    const watch = new MemoryWatch();
    const [steps, batch] = [500, 32];
    const losses = await train(MODELS[0], {
      steps,
      batch,
      optimizer: () => adam({ learningRate: 0.003 }),
      watch: async (step) => {
        held.push(gpuInfo().alive.arrays);
        kernels.push(gpuInfo().alive.kernels);
        // By step 100 a driver has what it keeps.
        if (step >= 100 && step % 25 === 0) await watch.sample(step);
      },
    });
    // Adam's slots and the batch of step 0 are there from then on; every later step ends as the second did.
    expect(new Set(held.slice(1)).size, `arrays alive: ${[...new Set(held)]}`).toBe(1);
    expect(new Set(kernels.slice(1)).size, `kernels: ${[...new Set(kernels)]}`).toBe(1);
    // The first convolution makes four channels of float32.
    const activation = batch * SIDE * SIDE * 4 * 4;
    expect(watch.bytesLeftPerStep).toBeLessThan(activation / 2);
    expect(losses[steps - 1]).toBeLessThan(losses[0]);
    expect(gpuInfo().alive.arrays).toBe(0);
  });

  test('an evicted kernel leaves its results alive', async () => {
    await startMode(mode, 2);
    const x = tensor([1, 2, 3]);
    const results = [square(x), add(x, 1), mul(x, 5), concat([x, x])];
    const alive = gpuInfo().alive;
    expect(alive.kernels).toBeLessThanOrEqual(2);
    const values = await Promise.all(results.map((result) => result.data()));
    expect(gpuInfo().alive.kernels).toBe(2);
    expect(values.map((value) => [...value])).toEqual([
      [1, 4, 9],
      [2, 3, 4],
      [5, 10, 15],
      [1, 2, 3, 1, 2, 3],
    ]);
    dispose([x, ...results]);
    expect(gpuInfo().alive.arrays).toBe(0);
  });

  test('more parts than a kernel has inputs are joined in turns', async () => {
    await startMode(mode);
    const parts = Array.from({ length: 20 }, (_, i) => tensor([[i, -i]]));
    const joined = concat(parts, 0);
    expect(Array.from(await joined.data())).toEqual(parts.flatMap((_, i) => [i, -i]));
    dispose([...parts, joined]);
    expect(gpuInfo().alive.arrays).toBe(0);
  });

  test('a variable that shares its buffer gets its own without the host', async () => {
    await startMode(mode);
    const x = tensor([1, 2]);
    const weight = variable(x);
    expect(weight.storage.isShared).toBe(true);
    weight.makeExclusive();
    expect(weight.storage.isShared).toBe(false);
    x.dispose();
    expect(Array.from(await weight.data())).toEqual([1, 2]);
    disposeVariables();
    expect(gpuInfo().alive.arrays).toBe(0);
  });

  test('what does not fit is refused by name, and leaves nothing', async () => {
    await startMode(mode);
    const before = memory();
    expect(() => zeros([2 ** 12, 2 ** 12 + 1])).toThrow(BackendError);
    expect(() => zeros([2 ** 12, 2 ** 12 + 1])).toThrow(/16781312 elements; at most 16777216 \(2\^24\)/);
    expect(() => tensor([2 ** 24 + 1], [1], 'int32')).toThrow(ValueError);
    expect(() => tensor([1], [1], 'float64')).toThrow(DTypeError);
    expect(memory()).toEqual(before);
  });

  test('reading without waiting', async () => {
    await startMode(mode);
    const x = square(tensor([3]));
    if (mode === 'webgpu') {
      expect(() => x.dataSync()).toThrow(BackendError);
      expect(() => x.dataSync()).toThrow(/await x\.data\(\)/);
    } else {
      expect(x.dataSync()).toEqual(Float32Array.of(9));
    }
    expect(await x.data()).toEqual(Float32Array.of(9));
    x.dispose();
  });

  test('another start replaces the first, whose tensors report it; other backends continue', async () => {
    await startMode(mode);
    const lost = square(tensor([2]));
    await startMode(mode);
    await expect(lost.data()).rejects.toThrow(BackendError);
    await expect(lost.data()).rejects.toThrow(/started another instance/);
    lost.dispose();
    await setBackend('cpu');
    expect(square(tensor([2])).dataSync()).toEqual(Float32Array.of(4));
  });

  test('a disposed backend starts again, and its old tensors report it', async () => {
    await startMode(mode);
    const lost = square(tensor([2]));
    currentBackend().dispose?.();
    await expect(lost.data()).rejects.toThrow(/disposed/);
    lost.dispose();
    await startMode(mode);
    const x = square(tensor([3]));
    expect(Array.from(await x.data())).toEqual([9]);
    x.dispose();
  });

  test('a kernel that cannot be translated is an error with its name', async () => {
    const { startEngine } = await import('../../../src/backends/gpu/runtime/engine.js');
    const { Device } = await import('../../../src/backends/gpu/runtime/device.js');
    const device = new Device(await startEngine(mode), 8);
    const out = device.allocate(3);
    const run = async (): Promise<Float32Array> => {
      device.launch({ name: 'broken', source: 'function (x) { return absent(x[this.thread.x]); }' }, [out], out);
      return device.read(out);
    };
    device.write(out, Float32Array.of(1, 2, 3));
    await expect(run()).rejects.toThrow(BackendError);
    await expect(run()).rejects.toThrow(/broken/);
    await device.close('the test is over', false);
  });
});

describe.runIf(MODES.includes('webgpu'))('a lost device (webgpu only)', () => {
  test('is a BackendError when it is read; other backends and a new device continue', async () => {
    await startMode('webgpu');
    const x = tensor([1, 2, 3]);
    expect(Array.from(await x.data())).toEqual([1, 2, 3]);
    const { WebGPUContext } = (await import('gpu.js')) as unknown as { WebGPUContext: { destroy(): Promise<void> } };
    await WebGPUContext.destroy();
    await vi.waitFor(() => expect(x.data()).rejects.toThrow(/lost/), 60_000);
    const y = square(x);
    await expect(y.data()).rejects.toThrow(BackendError);
    dispose([x, y]);
    await setBackend('cpu');
    expect(square(tensor([2])).dataSync()).toEqual(Float32Array.of(4));
    await startMode('webgpu');
    expect(Array.from(await square(tensor([3])).data())).toEqual([9]);
  });
});

describe('starting', () => {
  beforeEach(() => setBackend('cpu'));
  afterEach(() => {
    vi.doUnmock('gpu.js');
    vi.resetModules();
  });

  test('an unknown mode is named with those that are known, and the current backend stays', async () => {
    const start = setBackend('gpu', { mode: 'cuda' });
    await expect(start).rejects.toThrow(ValueError);
    await expect(start).rejects.toThrow(
      /'cuda', expected one of 'webgpu', 'webgl2', 'headlessgl', 'webasm', 'cpu', 'auto'/,
    );
    await expect(setBackend('gpu', { cachedKernels: 0 })).rejects.toThrow(/cachedKernels is 0/);
    expect(getBackend()).toBe('cpu');
  });

  test('a mode that cannot run names its requirements', async () => {
    const start = setBackend('gpu', { mode: 'webgl2' });
    await expect(start).rejects.toThrow(BackendError);
    await expect(start).rejects.toThrow(/webgl2 does not run here .* it needs a browser/);
    expect(getBackend()).toBe('cpu');
  });

  test('auto chooses the first mode that runs, and reports why not another', async () => {
    await setBackend('gpu', { mode: 'auto' });
    const { mode, notes } = gpuInfo();
    const before = ['webgpu', 'webgl2', 'headlessgl', 'webasm'].slice(0, notes.length);
    expect(mode).toBe(['webgpu', 'webgl2', 'headlessgl', 'webasm'][notes.length]);
    for (const [index, note] of notes.entries()) expect(note).toContain(before[index]);
  });

  test('without gpu.js the error says what to install', async () => {
    vi.resetModules();
    vi.doMock('gpu.js', () => {
      throw new Error('Cannot find package');
    });
    const fresh = await import('../../../src/backends/gpu/index.js');
    await expect(fresh.startGpuBackend({ mode: 'cpu' })).rejects.toThrow(/npm install gpu\.js/);
  });
});
