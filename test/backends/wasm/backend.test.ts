import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { cpuKernels } from '../../../src/backends/cpu/index.js';
import { sizeClass } from '../../../src/backends/size-class.js';
import { WasmBackend, type WasmOptions } from '../../../src/backends/wasm/backend.js';
import { Heap } from '../../../src/backends/wasm/memory/heap.js';
import { Contention } from '../../../src/backends/wasm/threads/contention.js';
import { CELL, CELLS_PER_SLOT, STATE } from '../../../src/backends/wasm/threads/control.js';
import { BackendError, ValueError } from '../../../src/base/errors.js';
import { convGeometry, depthwiseGeometry } from '../../../src/base/geometry.js';
import type { ScriptThread } from '../../../src/base/script-thread.js';
import { sizeOf } from '../../../src/base/shape.js';

/** Milliseconds that workers and processes may take on a busy machine. */
const PATIENCE = 120_000;

const threads: ScriptThread[] = [];

vi.mock('../../../src/base/script-thread.js', async (original) => {
  const module = await original<typeof import('../../../src/base/script-thread.js')>();
  const startScriptThread: typeof module.startScriptThread = (...values) => {
    const thread = module.startScriptThread(...values);
    threads.push(thread);
    return thread;
  };
  return { ...module, startScriptThread };
});

const started: WasmBackend[] = [];

function start(options: WasmOptions): WasmBackend {
  const backend = new WasmBackend(options);
  started.push(backend);
  return backend;
}

beforeEach(() => {
  threads.length = 0;
});

afterEach(() => {
  for (const backend of started.splice(0)) backend.dispose();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Numbers that look random, are the same each time, and need rounding when multiplied. */
const values = (size: number, seed: number) =>
  Float32Array.from({ length: size }, (_, i) => Math.sin(i * 12.9898 + seed));

const upload = (backend: WasmBackend, shape: readonly number[], seed: number) => {
  const size = sizeOf(shape);
  return { shape, dtype: 'float32' as const, size, buffer: backend.upload(values(size, seed), 'float32') };
};

const PLAIN = { bias: null, activation: null, alpha: 0 };

function product(backend: WasmBackend, m: number, k: number, n: number, transposeA = false): Float32Array {
  const out = upload(backend, [m, n], 0);
  const geometry = { batch: 1, m, k, n, transposeA, transposeB: false, batchA: [0], batchB: [0] };
  backend.kernels.matMul(upload(backend, [m, k], 1), upload(backend, [k, n], 2), out, geometry, PLAIN);
  return backend.readSync(out.buffer, 'float32', out.size) as Float32Array;
}

function referenceProduct(m: number, k: number, n: number): Float32Array {
  const a = { shape: [m, k], dtype: 'float32' as const, size: m * k, buffer: values(m * k, 1) };
  const b = { shape: [k, n], dtype: 'float32' as const, size: k * n, buffer: values(k * n, 2) };
  const out = { shape: [m, n], dtype: 'float32' as const, size: m * n, buffer: new Float32Array(m * n) };
  cpuKernels.matMul(
    a,
    b,
    out,
    { batch: 1, m, k, n, transposeA: false, transposeB: false, batchA: [0], batchB: [0] },
    PLAIN,
  );
  return out.buffer;
}

/** Every kernel whose chunks are distributed, on shapes of many chunks. */
function results(backend: WasmBackend): Float32Array[] {
  const read = (operand: { buffer: number; size: number }) =>
    backend.readSync(operand.buffer, 'float32', operand.size) as Float32Array;
  const { kernels } = backend;
  const shape = [6, 30, 30, 20];
  const x = upload(backend, shape, 3);
  const filter = upload(backend, [3, 3, 20, 36], 4);
  const y = upload(backend, [6, 30, 30, 36], 5);
  const dx = upload(backend, shape, 6);
  const geometry = convGeometry('conv2d', shape, filter.shape, { strides: 1, padding: 'same' });
  const all = [product(backend, 250, 300, 200), product(backend, 250, 300, 200, true)];
  kernels.conv2dInputGradient(y, filter, dx, geometry);
  kernels.conv2dFilterGradient(x, y, filter, geometry);
  all.push(read(dx), read(filter));
  kernels.conv2d(x, filter, y, geometry, PLAIN);
  all.push(read(y));
  const window = upload(backend, [3, 3, 20, 1], 7);
  const depthwise = depthwiseGeometry('depthwiseConv2d', shape, window.shape, { strides: 1, padding: 'same' });
  kernels.depthwiseConv2d(x, window, dx, depthwise);
  all.push(read(dx));
  kernels.depthwiseConv2dFilterGradient(x, dx, window, depthwise);
  all.push(read(window));
  return all;
}

/** Which results differ in any bit; vitest's own comparison takes seconds over so many numbers. */
const differences = (given: readonly Float32Array[], expected: readonly Float32Array[]): number[] =>
  expected.flatMap((array, i) => (Buffer.compare(bytesOf(array), bytesOf(given[i])) === 0 ? [] : [i]));

const bytesOf = (array: Float32Array): Uint8Array => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);

const cellsOf = (backend: WasmBackend): Int32Array =>
  new Int32Array((backend as unknown as { heap: Heap }).heap.memory.buffer);

async function workersAreUp(backend: WasmBackend, count: number): Promise<void> {
  const cells = cellsOf(backend);
  const slots = Array.from({ length: count }, (_, i) => CELL.slots + i * CELLS_PER_SLOT);
  await vi.waitFor(
    () => expect(slots.map((slot) => Atomics.load(cells, slot))).toEqual(slots.map(() => STATE.idle)),
    PATIENCE,
  );
}

describe('variants', () => {
  test('gives equal products in each supported one, and reports why a faster one was not chosen', () => {
    const expected = referenceProduct(70, 65, 43);
    for (const variant of ['simd', 'relaxed'] as const) {
      const backend = start({ variant, threads: 1 });
      expect(backend.info()).toMatchObject({ name: 'wasm', variant, threads: 1 });
      expect(backend.info().notes.join()).toMatch(variant === 'simd' ? /simd was requested/ : /turbo not used/);
      const given = product(backend, 70, 65, 43);
      expect(Math.max(...given.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
    }
  });

  test('reads variant and threads from the environment', () => {
    vi.stubEnv('NABLA_WASM', 'simd');
    vi.stubEnv('NABLA_THREADS', '3');
    expect(start({}).info()).toMatchObject({ variant: 'simd', threads: 3 });
    vi.stubEnv('NABLA_WASM', 'fastest');
    expect(() => new WasmBackend()).toThrow(
      new ValueError('NABLA_WASM is fastest, expected one of turbo, relaxed, simd'),
    );
    vi.stubEnv('NABLA_WASM', 'simd');
    vi.stubEnv('NABLA_THREADS', 'two');
    expect(() => new WasmBackend()).toThrow(new ValueError('NABLA_THREADS: threads is NaN, expected an integer ≥ 1'));
  });
});

describe('threads', () => {
  test('gives the same bits for 1, 2 and 3 of them', async () => {
    const expected = results(start({ threads: 1 }));
    for (const count of [2, 3]) {
      const backend = start({ threads: count });
      results(backend);
      await workersAreUp(backend, count - 1);
      for (let repeat = 0; repeat < 5; repeat++) expect(differences(results(backend), expected)).toEqual([]);
    }
  });

  test('passes chunks to workers, which write to their own scratch memory', async () => {
    const backend = start({ threads: 2 });
    product(backend, 600, 600, 600);
    await workersAreUp(backend, 1);
    const cells = cellsOf(backend);
    const scratch = (cells[CELL.scratch] + cells[CELL.scratchStride]) / 4;
    cells[scratch] = -1;
    // A busy machine may let the main thread make all chunks of one product before the worker wakes.
    await vi.waitFor(() => {
      product(backend, 200, 200, 200);
      expect(cells[scratch]).not.toBe(-1);
    }, PATIENCE);
  });

  test('leaves out those for which there are no cores', async () => {
    const worthUsing = vi.spyOn(Contention.prototype, 'worthUsing');
    const backend = start({ threads: 4 });
    const expected = product(backend, 200, 200, 200);
    await workersAreUp(backend, 3);
    const cells = cellsOf(backend);
    const scratch = [0, 1, 2, 3].map((thread) => (cells[CELL.scratch] + thread * cells[CELL.scratchStride]) / 4);
    const used = () => scratch.map((cell) => cells[cell] !== -1);
    const run = () => expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    for (const cell of scratch) cells[cell] = -1;
    worthUsing.mockReturnValue(1);
    for (let repeat = 0; repeat < 20; repeat++) run();
    expect(used()).toEqual([true, false, false, false]);
    worthUsing.mockReturnValue(2);
    await vi.waitFor(() => {
      run();
      expect(used()).toEqual([true, true, false, false]);
    }, PATIENCE);
    worthUsing.mockReturnValue(4);
    await vi.waitFor(() => {
      run();
      expect(used()).toEqual([true, true, true, true]);
    }, PATIENCE);
  });

  test('follows setThreads up and down', async () => {
    const backend = start({ threads: 1 });
    const expected = product(backend, 200, 200, 200);
    backend.setThreads(3);
    expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    await workersAreUp(backend, 2);
    backend.setThreads(2);
    expect(backend.info().threads).toBe(2);
    expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    for (let repeat = 0; repeat < 10; repeat++) {
      backend.setThreads(1 + (repeat % 3));
      expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    }
    expect(() => backend.setThreads(0)).toThrow(ValueError);
    expect(() => backend.setThreads(1.5)).toThrow(ValueError);
  });

  test('has all its workers after any number of changes within one turn of the event loop', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const backend = start({ threads: 1 });
    const expected = product(backend, 200, 200, 200);
    for (let repeat = 0; repeat < 25; repeat++) {
      backend.setThreads(repeat % 2 === 0 ? 4 : 1);
      expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    }
    const atWork = () => {
      expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
      const cells = cellsOf(backend);
      const states = Array.from({ length: 63 }, (_, i) => Atomics.load(cells, CELL.slots + i * CELLS_PER_SLOT));
      return states.filter((state) => state === STATE.idle || state === STATE.busy).length;
    };
    await vi.waitFor(() => expect(atWork()).toBe(3), PATIENCE);
    expect(backend.info()).toMatchObject({ threads: 4 });
    expect(warn).not.toHaveBeenCalled();
  });

  test('continues with fewer when a worker is killed, and reports it once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const backend = start({ threads: 3 });
    const expected = product(backend, 200, 200, 200);
    await workersAreUp(backend, 2);
    threads[0].terminate();
    for (let repeat = 0; repeat < 20; repeat++)
      expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    await vi.waitFor(() => expect(backend.info().threads).toBe(2), PATIENCE);
    expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    expect(warn).toHaveBeenCalledTimes(1);
    expect(backend.info().notes.join()).toMatch(/a worker thread was lost/);
  });

  test('makes the chunk again that a worker died over', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    const backend = start({ threads: 2 });
    const expected = product(backend, 200, 200, 200);
    await workersAreUp(backend, 1);
    const cells = cellsOf(backend);
    Atomics.store(cells, CELL.slots, STATE.dead);
    Atomics.store(cells, CELL.slots + 1, 1);
    expect(differences([product(backend, 200, 200, 200)], [expected])).toEqual([]);
    expect(backend.info()).toMatchObject({ threads: 1 });
    expect(cells[CELL.slots + 1]).toBe(0);
  });

  test('does not keep the process alive', async () => {
    const entry = fileURLToPath(new URL('../../../src/backends/wasm/index.ts', import.meta.url));
    const script = `
      import { wasmBackend } from ${JSON.stringify(entry)};
      const backend = wasmBackend({ threads: 2 });
      const matrix = { shape: [300, 300], dtype: 'float32', size: 90000, buffer: backend.allocate('float32', 90000) };
      const geometry = { batch: 1, m: 300, k: 300, n: 300, transposeA: false, transposeB: false, batchA: [0], batchB: [0] };
      const run = () => backend.kernels.matMul(matrix, matrix, { ...matrix, buffer: backend.allocate('float32', 90000) }, geometry,
        { bias: null, activation: null, alpha: 0 });
      run();
      setTimeout(() => { run(); console.log(backend.info().threads); }, 300);
    `;
    const args = ['--import', 'tsx', '--input-type=module', '--eval', script];
    const { stdout } = await promisify(execFile)(process.execPath, args, { timeout: PATIENCE });
    expect(stdout.trim()).toBe('2');
  });
});

describe('heap', () => {
  const heapOf = (pages: number) => new Heap(new WebAssembly.Memory({ initial: 2, maximum: pages }), pages);

  test('rounds sizes up to cache lines and to four classes an octave', () => {
    expect([1, 64, 65, 256, 257, 1000, 1025].map(sizeClass)).toEqual([64, 64, 128, 256, 320, 1024, 1280]);
  });

  test('gives a block back to the next request of its class', () => {
    const heap = heapOf(1024);
    const first = heap.allocate(1000);
    heap.free(first);
    expect(heap.allocate(990)).toBe(first);
    expect(heap.allocate(990)).not.toBe(first);
    expect(first % 64).toBe(0);
  });

  test('joins neighbours that were freed when a larger block is asked for', () => {
    const heap = heapOf(64);
    const blocks = Array.from({ length: 50 }, () => heap.allocate(65536));
    expect(() => heap.allocate(40 * 65536)).toThrow(BackendError);
    for (const block of blocks) heap.free(block);
    expect(heap.allocate(40 * 65536)).toBe(blocks[0]);
  });

  test('refuses what linear memory cannot hold and works on', () => {
    const backend = start({ threads: 1 });
    expect(() => backend.allocate('float32', 2 ** 30)).toThrow(/4294967296 bytes do not fit/);
    const buffer = backend.upload(Float32Array.of(1, 2, 3), 'float32');
    expect(backend.readSync(buffer, 'float32', 3)).toEqual(Float32Array.of(1, 2, 3));
    expect(() => backend.free(12)).toThrow(BackendError);
  });

  test('needs no more memory when the same work is repeated', () => {
    const backend = start({ threads: 1 });
    const { memory } = (backend as unknown as { heap: Heap }).heap;
    const x = upload(backend, [4, 40, 40, 16], 1);
    const filter = upload(backend, [3, 3, 16, 16], 2);
    const geometry = convGeometry('conv2d', x.shape, filter.shape, { strides: 1, padding: 'same' });
    const step = () => {
      const y = upload(backend, [4, 40, 40, 16], 3);
      backend.kernels.conv2d(x, filter, y, geometry, PLAIN);
      backend.kernels.conv2dFilterGradient(x, y, filter, geometry);
      backend.free(y.buffer);
    };
    step();
    const before = memory.buffer.byteLength;
    for (let repeat = 0; repeat < 100; repeat++) step();
    expect(memory.buffer.byteLength).toBe(before);
  });
});
