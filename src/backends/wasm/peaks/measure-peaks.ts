import { Heap } from '../memory/heap.js';
import { JOB_ADDRESS, PAGE_BYTES } from '../memory/layout.js';
import { withSharedMemory } from '../memory/memory-import.js';
import { canShareMemory } from '../platform.js';
import { Pool } from '../threads/threads.js';
import type { VariantName } from '../variant.js';
import { type Arithmetic, chunkOperations, peaksModule } from './peaks-module.js';

/** Peak rates of a machine with the instructions of a variant on some threads, in kernels that do nothing else. */
export interface Peaks {
  readonly variant: string;
  readonly threads: number;
  /** Multiply-adds in registers, each counted as two operations. */
  readonly gflops: number;
  /** Copies, by the bytes that they read and write together, smallest first. */
  readonly copies: readonly { readonly bytes: number; readonly gigabytesPerSecond: number }[];
}

/** In turbo two sums share a register. */
const ARITHMETIC: Readonly<Record<VariantName, Arithmetic>> = {
  simd: { isFused: false, sums: 12 },
  relaxed: { isFused: true, sums: 12 },
  turbo: { isFused: true, sums: 24 },
};

/** Caches of the second level, of the third, and memory. */
const COPIES = [2 ** 20, 2 ** 23, 2 ** 26];

/** Bytes of a chunk of a copy, which a thread takes at a time. */
const COPY_CHUNK = 2 ** 15;

/** Chunks of multiply-adds for each thread: 1 ms and above. */
const CHUNKS = 64;

/** Time for each figure, in ms; the best of its runs counts. V8 recompiles the loops in the first few. */
const BUDGET = 60;

/**
 * Measure the rates that bound kernels of a variant: multiply-adds, and copies of three sizes. Takes a third of a
 * second, on threads of its own.
 */
export async function measurePeaks(variant: VariantName, threads: number): Promise<Peaks> {
  const isShared = canShareMemory();
  const bytes = peaksModule(ARITHMETIC[variant]);
  const module = new WebAssembly.Module(isShared ? withSharedMemory(bytes) : bytes);
  const maximum = (4 * COPIES.at(-1)!) / PAGE_BYTES;
  const heap = new Heap(new WebAssembly.Memory({ initial: 16, maximum, shared: isShared }), maximum);
  const pool = new Pool(module, heap, threads, isShared);
  try {
    const operations = CHUNKS * pool.threads * chunkOperations(ARITHMETIC[variant]);
    const scratch = ARITHMETIC[variant].sums * 16;
    heap.float32.set([0.5, 1], JOB_ADDRESS / 4);
    const multiplyAdds = pool.kernelIndex('multiplyAdds');
    const seconds = await fastest(() => pool.dispatch(multiplyAdds, CHUNKS * pool.threads, scratch));
    const copies: Peaks['copies'][number][] = [];
    for (const size of COPIES) copies.push({ bytes: size, gigabytesPerSecond: await copyRate(pool, heap, size) });
    return { variant, threads: pool.threads, gflops: operations / seconds / 1e9, copies };
  } finally {
    pool.dispose();
  }
}

async function copyRate(pool: Pool, heap: Heap, bytes: number): Promise<number> {
  const half = bytes / 2;
  const [from, to] = [heap.allocate(half), heap.allocate(half)];
  heap.float32.fill(1, from / 4, (from + half) / 4);
  heap.int32.set([from, to, COPY_CHUNK], JOB_ADDRESS / 4);
  const copy = pool.kernelIndex('copy');
  const seconds = await fastest(() => pool.dispatch(copy, half / COPY_CHUNK, 0));
  heap.free(from);
  heap.free(to);
  return bytes / seconds / 1e9;
}

/** The shortest run, in seconds. Between runs the host may start threads. */
async function fastest(run: () => void): Promise<number> {
  let least = Infinity;
  const end = performance.now() + BUDGET;
  for (let count = 0; count < 3 || performance.now() < end; count++) {
    const start = performance.now();
    run();
    least = Math.min(least, performance.now() - start);
    if (count % 8 === 0) await new Promise((resolve) => setTimeout(resolve));
  }
  return least / 1000;
}
