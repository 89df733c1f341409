import { yieldToEventLoop } from '../base/event-loop.js';

/**
 * Interval at which training yields to the event loop: a number of milliseconds, `'auto'` for 10; or after each batch,
 * after each epoch, or never.
 */
export type YieldEvery = number | 'auto' | 'batch' | 'epoch' | 'never';

/**
 * Milliseconds of work between two yields, which cost a few microseconds each; a page that draws 60 frames per second
 * has 16.7.
 */
const SLICE = 10;

/** Yields to the event loop between steps. */
export class Breather {
  private last = performance.now();
  private readonly slice: number;

  constructor(private readonly every: YieldEvery = 'auto') {
    this.slice = every === 'auto' ? SLICE : every === 'batch' ? 0 : typeof every === 'number' ? every : Infinity;
  }

  /** Call it after a step. @returns whether it yielded */
  async breathe(): Promise<boolean> {
    if (performance.now() - this.last < this.slice) return false;
    await this.yield();
    return true;
  }

  /** Call it after an epoch. @returns whether it yielded */
  async breatheAfterEpoch(): Promise<boolean> {
    if (this.every !== 'epoch') return false;
    await this.yield();
    return true;
  }

  private async yield(): Promise<void> {
    await yieldToEventLoop();
    this.last = performance.now();
  }
}
