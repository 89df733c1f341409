/**
 * Cells at the start of linear memory through which the main thread and its workers communicate. Indices are of 32-bit
 * cells; each that several threads write has a cache line (16 cells) to itself.
 */
export const CELL = {
  /** Odd while a job is open, even when none is; counts up by one at each change. Workers sleep on it. */
  job: 16,
  /** Which export runs: its place among the module's functions. */
  kernel: 17,
  chunks: 18,
  /** Scratch memory: address of thread 0's, bytes for each thread. */
  scratch: 19,
  scratchStride: 20,
  /** Workers of higher numbers leave a job to the others. */
  lastThread: 21,
  /** The next chunk that no thread has taken. */
  next: 32,
  /** Workers asleep on `job`; while there are none, notifying is skipped. */
  sleepers: 48,
  /** 1 while the main thread sleeps until a worker leaves the job. */
  mainSleeps: 64,
  /** First cell of worker 1's slot: its state, then the chunk it holds + 1. */
  slots: 128,
} as const;

export const CELLS_PER_SLOT = 16;

export const MAX_THREADS = 64;

/** States of a worker. */
export const STATE = { starting: 0, idle: 1, busy: 2, retiring: 3, dead: 4 } as const;
