import { BackendError } from '../../../base/errors.js';
import { type ScriptThread, startScriptThread } from '../../../base/script-thread.js';
import workerSource from '../generated/worker.js';
import type { Heap } from '../memory/heap.js';
import { JOB_ADDRESS } from '../memory/layout.js';
import { canSleep } from '../platform.js';
import { Contention } from './contention.js';
import { CELL, CELLS_PER_SLOT, MAX_THREADS, STATE } from './control.js';

type KernelExport = (job: number, firstChunk: number, lastChunk: number, scratch: number) => void;

/** Polls of the job cell before a worker sleeps: about 100 µs, longer than the pauses inside a training step. */
const WORKER_SPINS = 100_000;

/** Polls before the main thread sleeps until a worker has finished its chunk. */
const MAIN_SPINS = 20_000;

/** A worker that has kept a chunk for so long, milliseconds after everything else was done, is given up. */
const PATIENCE = 10_000;

/** Thread 0 is the main one and needs no slot. */
const threadOf = (slot: number): number => (slot - CELL.slots) / CELLS_PER_SLOT + 1;

interface Member {
  readonly slot: number;
  readonly thread: ScriptThread;
}

/**
 * The main thread and its workers over one memory. A job is a kernel and a number of chunks; a free thread takes the
 * next chunk. Chunks write to separate places and sum in a fixed order, so results do not depend on which thread took
 * which.
 */
export class Pool {
  /** Of no use where memory is not shared: growing it cuts this view off. */
  private readonly cells: Int32Array;
  private readonly names: readonly string[];
  private readonly kernels: readonly KernelExport[];
  private members: Member[] = [];
  private readonly lostSlots: number[] = [];
  private hasStarted = false;
  private wanted = 1;
  private readonly contention = new Contention();
  private scratch = 0;
  private scratchBytes = 0;
  readonly notes: string[] = [];

  constructor(
    private readonly module: WebAssembly.Module,
    private readonly heap: Heap,
    threads: number,
    private readonly isShared: boolean,
  ) {
    const { exports } = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
    this.names = WebAssembly.Module.exports(module).map(({ name }) => name);
    this.kernels = this.names.map((name) => exports[name] as KernelExport);
    this.cells = new Int32Array(heap.memory.buffer, 0, JOB_ADDRESS / 4);
    this.setThreads(threads);
  }

  /** Threads that take part, or will once they are up: the main one and its workers. */
  get threads(): number {
    return this.wanted;
  }

  /** Workers start with the first job that has work for them. */
  setThreads(threads: number): void {
    this.wanted = this.isShared ? Math.min(threads, MAX_THREADS) : 1;
    if (this.hasStarted) this.adjust();
  }

  kernelIndex(name: string): number {
    const index = this.names.indexOf(name);
    if (index < 0) throw new BackendError(`wasm: no kernel is named ${name}`);
    return index;
  }

  /**
   * Runs chunks 0 to `chunks` − 1 of a kernel whose fields are at `JOB_ADDRESS`; each thread has `scratchBytes` to
   * itself.
   */
  dispatch(kernel: number, chunks: number, scratchBytes: number): void {
    if (scratchBytes > this.scratchBytes) this.growScratch(scratchBytes);
    if (chunks <= 1 || this.wanted === 1) {
      this.kernels[kernel](JOB_ADDRESS, 0, chunks, this.scratch);
      return;
    }
    // Some may still be missing: after rapid changes of the number, slots wait for workers that are stopping.
    if (this.members.length + 1 < this.wanted) {
      this.hasStarted = true;
      this.adjust();
    }
    const threads = this.contention.worthUsing(this.wanted);
    if (threads === 1) this.kernels[kernel](JOB_ADDRESS, 0, chunks, this.scratch);
    else this.distribute(kernel, chunks, threads);
  }

  dispose(): void {
    const members = [...this.members];
    this.setThreads(1);
    for (const { thread } of members) thread.terminate();
  }

  private distribute(kernel: number, chunks: number, threads: number): void {
    const { cells } = this;
    const start = performance.now();
    cells[CELL.lastThread] = this.lastOf(threads);
    cells[CELL.kernel] = kernel;
    cells[CELL.chunks] = chunks;
    Atomics.store(cells, CELL.next, 0);
    Atomics.add(cells, CELL.job, 1);
    if (Atomics.load(cells, CELL.sleepers) > 0) Atomics.notify(cells, CELL.job);
    try {
      const run = this.kernels[kernel];
      const { scratch } = this;
      for (let chunk = Atomics.add(cells, CELL.next, 1); chunk < chunks; chunk = Atomics.add(cells, CELL.next, 1)) {
        run(JOB_ADDRESS, chunk, chunk + 1, scratch);
      }
    } finally {
      Atomics.add(cells, CELL.job, 1);
      for (const member of this.members) this.awaitMember(member, kernel);
      if (this.isStarting()) this.contention.restart();
      else this.contention.note(performance.now() - start, threads);
    }
  }

  /** Waits until a worker has left the job; makes its chunk again should it have died over it. */
  private awaitMember(member: Member, kernel: number): void {
    const { cells } = this;
    const { slot } = member;
    const isBusy = () => Atomics.load(cells, slot) === STATE.busy;
    let spin = 0;
    while (isBusy() && spin < MAIN_SPINS) spin++;
    const deadline = Date.now() + PATIENCE;
    while (isBusy()) {
      if (canSleep()) {
        Atomics.store(cells, CELL.mainSleeps, 1);
        Atomics.wait(cells, slot, STATE.busy, 100);
        Atomics.store(cells, CELL.mainSleeps, 0);
      }
      if (Date.now() > deadline) this.lose(member, `it has not answered for ${PATIENCE / 1000} s`);
    }
    if (Atomics.load(cells, slot) !== STATE.dead) return;
    this.lose(member, 'it died in a kernel');
    const chunk = Atomics.exchange(cells, slot + 1, 0) - 1;
    if (chunk >= 0) this.kernels[kernel](JOB_ADDRESS, chunk, chunk + 1, this.scratch);
  }

  /** Scratch is laid out once for the most threads that may take part, so that it never moves while one works. */
  private growScratch(bytes: number): void {
    const stride = Math.ceil(bytes / 4096) * 4096 + 64;
    if (this.scratchBytes > 0) this.heap.free(this.scratch);
    this.scratchBytes = 0;
    this.scratch = this.heap.allocate(stride * Math.max(this.wanted, this.highestSlot() + 1));
    this.scratchBytes = bytes;
    if (!this.isShared) return;
    this.cells[CELL.scratch] = this.scratch;
    this.cells[CELL.scratchStride] = stride;
  }

  private highestSlot(): number {
    return Math.max(0, ...this.members.map(({ slot }) => threadOf(slot)));
  }

  /** Start missing workers, or stop surplus ones. */
  private adjust(): void {
    while (this.members.length + 1 > this.wanted) {
      const { slot } = this.members.pop()!;
      Atomics.store(this.cells, slot, STATE.retiring);
      Atomics.notify(this.cells, CELL.job);
    }
    for (const slot of this.freeSlots()) {
      if (this.members.length + 1 >= this.wanted) break;
      this.startWorker(slot);
    }
    if (this.scratchBytes > 0) this.growScratch(this.scratchBytes);
  }

  /**
   * A slot is free when the worker that was stopped there has ended: two in one slot would share scratch memory.
   * It is unknown when a lost worker stops writing, so its slot is never reused.
   */
  private freeSlots(): number[] {
    const taken = new Set([...this.lostSlots, ...this.members.map(({ slot }) => slot)]);
    const slots = Array.from({ length: MAX_THREADS - 1 }, (_, i) => CELL.slots + i * CELLS_PER_SLOT);
    return slots.filter((slot) => !taken.has(slot) && Atomics.load(this.cells, slot) !== STATE.retiring);
  }

  /** The number of the last of so many threads that take part. */
  private lastOf(threads: number): number {
    if (threads >= this.wanted) return MAX_THREADS;
    return this.members.map(({ slot }) => threadOf(slot)).sort((a, b) => a - b)[threads - 2];
  }

  private isStarting(): boolean {
    return this.members.some(({ slot }) => Atomics.load(this.cells, slot) === STATE.starting);
  }

  private startWorker(slot: number): void {
    const thread = threadOf(slot);
    Atomics.store(this.cells, slot, STATE.starting);
    Atomics.store(this.cells, slot + 1, 0);
    const { module } = this;
    const { memory } = this.heap;
    const data = {
      module,
      memory,
      thread,
      jobAddress: JOB_ADDRESS,
      spins: WORKER_SPINS,
      cell: CELL,
      slot,
      state: STATE,
    };
    try {
      const onEnd = (reason: string) => this.lose(member, reason);
      const member: Member = { slot, thread: startScriptThread(workerSource, { data, onEnd }) };
      this.members.push(member);
    } catch (error) {
      this.wanted = this.members.length + 1;
      this.note(`a worker thread could not start: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  /** Give up a worker that ended without being stopped: the others do its part from now on. */
  private lose(member: Member, reason: string): void {
    if (!this.members.includes(member)) return;
    this.members = this.members.filter((other) => other !== member);
    this.lostSlots.push(member.slot);
    this.wanted--;
    Atomics.store(this.cells, member.slot, STATE.dead);
    member.thread.terminate();
    this.note(`a worker thread was lost: ${reason}; ${this.wanted} of the threads go on`);
  }

  private note(text: string): void {
    this.notes.push(text);
    console.warn(`nabla: wasm: ${text}`);
  }
}
