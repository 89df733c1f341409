import type { TypedArray } from '../base/dtype.js';
import type { Optimizer } from '../optim/optimizer.js';
import type { CallbackList, Logs } from './callbacks/callback.js';
import type { Batch } from './contract.js';
import { disposeBatch, type EpochPosition, type Feed } from './feed.js';
import type { ProgressListener } from './progress.js';
import type { Step, StepResult } from './step.js';
import type { Totals } from './totals.js';

/** Milliseconds of work between two visits of the event loop, which cost some microseconds each. */
const YIELD_INTERVAL = 50;
/** Milliseconds between two calls of a progress listener. */
const PROGRESS_INTERVAL = 50;
/** Steps whose numbers may still be on their way back from the device. */
const READS_IN_FLIGHT = 4;

/** Lets timers, signals and input have their turn, now and then. */
export class Breather {
  private last = performance.now();

  async breathe(): Promise<void> {
    if (performance.now() - this.last < YIELD_INTERVAL) return;
    await new Promise<void>((resolve) => {
      if (typeof setImmediate === 'function') setImmediate(resolve);
      else setTimeout(resolve, 0);
    });
    this.last = performance.now();
  }
}

/** Numbers of steps on their way back; they are added up in order, without holding up the steps that follow. */
class Reads {
  private readonly queue: { result: StepResult; values: Promise<TypedArray> }[] = [];

  constructor(private readonly totals: Totals) {}

  push(result: StepResult): void {
    this.queue.push({ result, values: result.sums.data() });
  }

  /** Waits until at most `most` reads are left. */
  async settle(most: number): Promise<void> {
    while (this.queue.length > most) {
      const { result, values } = this.queue[0];
      this.totals.add(result, await values);
      result.sums.dispose();
      this.queue.shift();
    }
  }

  /** After an error: frees what was not read. */
  dispose(): void {
    for (const { result, values } of this.queue.splice(0)) {
      values.catch(() => {});
      result.sums.dispose();
    }
  }
}

function runStep(step: (batch: Batch) => StepResult, batch: Batch): StepResult {
  try {
    return step(batch);
  } finally {
    disposeBatch(batch);
  }
}

export interface EpochOptions {
  readonly epoch: number;
  readonly callbacks: CallbackList;
  readonly progress: ProgressListener | null;
  readonly breather: Breather;
  readonly stopped: () => boolean;
  readonly from?: EpochPosition;
}

/** Trains for one epoch, or until someone stops it. @returns the means of the epoch */
export async function trainEpoch(
  step: Step,
  optimizer: Optimizer,
  totals: Totals,
  feed: Feed,
  { epoch, callbacks, progress, breather, stopped, from }: EpochOptions,
): Promise<Logs> {
  totals.reset();
  const reads = new Reads(totals);
  const began = performance.now();
  let reported = 0;
  let steps = from?.step ?? 0;
  let samples = 0;
  const report = (now: number) => {
    reported = now;
    const seconds = (now - began) / 1000;
    const logs = totals.isEmpty ? {} : totals.logs;
    progress?.batchEnd?.({ epoch, step: steps, steps: feed.steps, samples, seconds, logs });
  };
  const watched = callbacks.wantsBatchLogs;
  try {
    for await (const batch of feed.epoch(from)) {
      try {
        await callbacks.batchBegin(steps);
      } catch (error) {
        disposeBatch(batch);
        throw error;
      }
      reads.push(runStep((each) => step.train(each, optimizer), batch));
      await reads.settle(watched ? 0 : READS_IN_FLIGHT);
      if (watched) await callbacks.batchEnd(steps, totals.logs);
      steps++;
      samples += batch.size;
      if (progress && performance.now() - reported >= PROGRESS_INTERVAL) report(performance.now());
      await breather.breathe();
      if (stopped()) break;
    }
    await reads.settle(0);
  } finally {
    reads.dispose();
  }
  if (progress && steps > 0) report(performance.now());
  return totals.logs;
}

/** Loss and metrics over a feed. */
export async function testFeed(step: Step, totals: Totals, feed: Feed, breather: Breather): Promise<Logs> {
  totals.reset();
  const reads = new Reads(totals);
  try {
    for await (const batch of feed.epoch()) {
      reads.push(runStep((each) => step.test(each), batch));
      await reads.settle(READS_IN_FLIGHT);
      await breather.breathe();
    }
    await reads.settle(0);
  } finally {
    reads.dispose();
  }
  return totals.logs;
}

/** The same without waiting, where memory is visible to the host. @throws BackendError where it is not */
export function testFeedNow(step: Step, totals: Totals, feed: { epoch(): Iterable<Batch> }): Logs {
  totals.reset();
  for (const batch of feed.epoch()) {
    const result = runStep((each) => step.test(each), batch);
    try {
      totals.add(result, result.sums.dataSync());
    } finally {
      result.sums.dispose();
    }
  }
  return totals.logs;
}

/** One step on the only batch of a feed. */
export async function runBatch(
  feed: { epoch(): Iterable<Batch> },
  totals: Totals,
  step: (batch: Batch) => StepResult,
): Promise<Logs> {
  const [batch] = feed.epoch();
  const result = runStep(step, batch);
  try {
    totals.add(result, await result.sums.data());
  } finally {
    result.sums.dispose();
  }
  return totals.logs;
}
