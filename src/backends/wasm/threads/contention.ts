import { cpuMilliseconds } from '../platform.js';

/** Milliseconds of jobs that are judged together; clocks of CPU time are as coarse as 16 ms. */
const WINDOW = 50;

/** Share of the cores that were asked for below which there are fewer. */
const ENOUGH = 0.75;

/** Milliseconds until all threads are tried again; twice as many each time in a row, up to the longest. */
const FIRST_REST = 100;
const LONGEST_REST = 800;

/**
 * Notices that other programs take the cores, and says how many threads are worth using. A worker that waits for a core
 * in the middle of a chunk keeps the job waiting, and while it waits for the next job it takes time from this thread.
 */
export class Contention {
  /** Milliseconds of jobs in this window, and the CPU time of the process at its start. */
  private jobs = 0;
  private cpuBefore: number | null = null;
  /** Threads that cores were found for, until the rest ends. */
  private limit = Infinity;
  private restsUntil = 0;
  private rest = FIRST_REST;
  /** Whether cores were missing in the window before: one alone may be an accident. */
  private isSuspected = false;

  /** How many of the threads to use now. */
  worthUsing(threads: number): number {
    if (this.limit === Infinity) return threads;
    if (performance.now() < this.restsUntil) return Math.min(threads, this.limit);
    this.limit = Infinity;
    this.restart();
    return threads;
  }

  /** Begin to count anew. */
  restart(): void {
    this.jobs = 0;
    this.cpuBefore = cpuMilliseconds();
  }

  /** Count a job that ran on so many threads. */
  note(ms: number, threads: number): void {
    this.jobs += ms;
    if (this.jobs < WINDOW) return;
    const [jobs, before] = [this.jobs, this.cpuBefore];
    this.restart();
    if (before === null || this.cpuBefore === null) return;
    // Time between jobs counts too, so this is rather too much than too little.
    const cores = (this.cpuBefore - before) / jobs;
    if (cores >= ENOUGH * threads) {
      this.rest = FIRST_REST;
      this.isSuspected = false;
      return;
    }
    if (!this.isSuspected) {
      this.isSuspected = true;
      return;
    }
    this.limit = Math.max(1, Math.floor(cores));
    this.restsUntil = performance.now() + this.rest;
    this.rest = Math.min(2 * this.rest, LONGEST_REST);
  }
}
