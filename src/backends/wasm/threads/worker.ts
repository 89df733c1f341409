// The script of a worker thread. It is embedded as text and runs alone, so it imports nothing; numbers come with its
// data.

interface WorkerData {
  readonly module: WebAssembly.Module;
  readonly memory: WebAssembly.Memory;
  readonly thread: number;
  readonly jobAddress: number;
  readonly spins: number;
  readonly cell: Readonly<
    Record<
      'job' | 'kernel' | 'chunks' | 'lastThread' | 'scratch' | 'scratchStride' | 'next' | 'sleepers' | 'mainSleeps',
      number
    >
  >;
  /** First cell of this worker's slot. */
  readonly slot: number;
  readonly state: Readonly<Record<'starting' | 'idle' | 'busy' | 'retiring' | 'dead', number>>;
}

type Kernel = (job: number, firstChunk: number, lastChunk: number, scratch: number) => void;

function serve({ module, memory, thread, jobAddress, spins, cell, slot, state }: WorkerData): void {
  const cells = new Int32Array(memory.buffer);
  const { exports } = new WebAssembly.Instance(module, { env: { memory } });
  const kernels = WebAssembly.Module.exports(module).map(({ name }) => exports[name] as Kernel);

  /**
   * Takes chunks until none is left. The current chunk is noted, so that it can be computed again if this thread dies.
   */
  const takeChunks = () => {
    const kernel = kernels[cells[cell.kernel]];
    const chunks = cells[cell.chunks];
    const scratch = cells[cell.scratch] + thread * cells[cell.scratchStride];
    for (let chunk = Atomics.add(cells, cell.next, 1); chunk < chunks; chunk = Atomics.add(cells, cell.next, 1)) {
      Atomics.store(cells, slot + 1, chunk + 1);
      kernel(jobAddress, chunk, chunk + 1, scratch);
    }
    Atomics.store(cells, slot + 1, 0);
  };

  const isWanted = () => thread <= cells[cell.lastThread];

  const nextJob = (seen: number): number => {
    for (let spin = 0; ; spin++) {
      const job = Atomics.load(cells, cell.job);
      if (job !== seen && job & 1) return job;
      if (Atomics.load(cells, slot) === state.retiring) return 0;
      if (spin < spins && isWanted()) continue;
      Atomics.add(cells, cell.sleepers, 1);
      Atomics.wait(cells, cell.job, job);
      Atomics.sub(cells, cell.sleepers, 1);
      spin = 0;
    }
  };

  Atomics.compareExchange(cells, slot, state.starting, state.idle);
  try {
    for (let job = nextJob(0); job !== 0; job = nextJob(job)) {
      if (Atomics.compareExchange(cells, slot, state.idle, state.busy) !== state.idle) break;
      // The job may have closed in between; while this slot is busy no other can open.
      if (isWanted() && Atomics.load(cells, cell.job) === job) takeChunks();
      Atomics.compareExchange(cells, slot, state.busy, state.idle);
      if (Atomics.load(cells, cell.mainSleeps)) Atomics.notify(cells, slot);
    }
  } finally {
    Atomics.store(cells, slot, state.dead);
    Atomics.notify(cells, slot);
  }
}

declare function require(name: 'node:worker_threads'): { workerData: WorkerData };

if (typeof require === 'function') serve(require('node:worker_threads').workerData);
else globalThis.onmessage = ({ data }: MessageEvent<WorkerData>) => serve(data);

export {};
