import type { TypedArray } from '../base/dtype.js';
import { ValueError } from '../base/errors.js';
import { getRandomState } from '../tensor/random.js';
import { keep as keepTensor } from '../tensor/scope.js';
import type { Breather } from './breather.js';
import type { CallbackList } from './callbacks/callback-list.js';
import { disposeBatch, type EpochPosition, type Feed } from './feeds/feed.js';
import type { Logs } from './model/logs.js';
import type { Batch } from './model/step-data.js';
import type { ProgressListener } from './progress.js';
import type { CountedStep } from './steps/counted-step.js';
import type { StepResult } from './steps/step-result.js';
import type { Totals } from './steps/totals.js';

/** Milliseconds between two calls of a progress listener. */
const PROGRESS_INTERVAL = 50;
/** Number of steps whose results may still be under way from the device. */
const READS_IN_FLIGHT = 4;
const NO_NUMBERS = new Float32Array(0);

/** Numbers of steps on their way back; they are added up in order, without holding up the steps that follow. */
class Reads {
  private readonly queue: { result: StepResult; values: Promise<TypedArray> }[] = [];

  constructor(private readonly totals: Totals) {}

  push(result: StepResult): void {
    const { packed } = result;
    this.queue.push({ result, values: packed ? keepTensor(packed).data() : Promise.resolve(NO_NUMBERS) });
  }

  /** Waits until at most `most` reads are left. */
  async settle(most: number): Promise<void> {
    while (this.queue.length > most) {
      const { result, values } = this.queue[0];
      this.totals.add(result, await values);
      result.packed?.dispose();
      this.queue.shift();
    }
  }

  /** Free numbers that were not read, after an error. */
  dispose(): void {
    for (const { result, values } of this.queue.splice(0)) {
      values.catch(() => {});
      result.packed?.dispose();
    }
  }
}

export interface EpochOptions {
  readonly epoch: number;
  readonly callbacks: CallbackList;
  readonly progress: ProgressListener | null;
  readonly breather: Breather;
  readonly stopped: () => boolean;
  readonly from?: EpochPosition;
  /** Whether no step is left, because training was stopped at `from`; default false. */
  readonly isOver?: boolean;
  /** Called after each step; true has `keep` called with the position after it. */
  readonly isDue?: () => boolean;
  readonly keep?: (position: EpochPosition) => Promise<void>;
}

/**
 * Train for one epoch, or until training is stopped.
 * @returns the means of the epoch, and the position after its last step
 */
export async function trainEpoch(
  { step, totals }: CountedStep,
  feed: Feed,
  { epoch, callbacks, progress, breather, stopped, from, isOver, isDue, keep }: EpochOptions,
): Promise<{ logs: Logs; position: EpochPosition }> {
  totals.reset();
  if (from?.sums) totals.restore(from.sums);
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
  const watcher = callbacks.trainWatcher;
  const yielded = () => callbacks.yielded(epoch, steps - 1, totals.isEmpty ? {} : totals.logs, totals);
  try {
    for await (const batch of isOver ? [] : feed.epoch(from)) {
      try {
        await callbacks.batchBegin(steps);
        const result = step.run(batch, watcher);
        reads.push(result instanceof Promise ? await result : result);
      } finally {
        disposeBatch(batch);
      }
      await reads.settle(watched ? 0 : READS_IN_FLIGHT);
      if (watched) await callbacks.batchEnd(steps, totals.logs);
      steps++;
      samples += batch.size;
      if (progress && performance.now() - reported >= PROGRESS_INTERVAL) report(performance.now());
      if (keep && isDue?.()) {
        await reads.settle(0);
        await keep({ step: steps, random: getRandomState(), sums: totals.sums });
      }
      if ((await breather.breathe()) && callbacks.wantsYields) await yielded();
      if (stopped()) break;
    }
    await reads.settle(0);
    if (await breather.breatheAfterEpoch()) await yielded();
  } finally {
    reads.dispose();
  }
  if (progress && steps > 0) report(performance.now());
  return { logs: totals.logs, position: { step: steps, random: getRandomState(), sums: totals.sums } };
}

/** Loss and metrics over a feed. @param afterBatch waited for after each batch; it may throw, to end the evaluation */
export async function testFeed(
  { step, totals }: CountedStep,
  feed: Feed,
  breather: Breather,
  callbacks: CallbackList | null = null,
  afterBatch?: () => Promise<void>,
): Promise<Logs> {
  totals.reset();
  const reads = new Reads(totals);
  const watched = callbacks?.wantsTestLogs ?? false;
  const watcher = callbacks?.testWatcher;
  let steps = 0;
  await callbacks?.testBegin();
  try {
    for await (const batch of feed.epoch()) {
      try {
        await callbacks?.testBatchBegin(steps);
        const result = step.run(batch, watcher);
        reads.push(result instanceof Promise ? await result : result);
      } finally {
        disposeBatch(batch);
      }
      await reads.settle(watched ? 0 : READS_IN_FLIGHT);
      if (watched) await callbacks!.testBatchEnd(steps, totals.logs);
      steps++;
      await breather.breathe();
      await afterBatch?.();
    }
    await reads.settle(0);
  } finally {
    reads.dispose();
  }
  await callbacks?.testEnd(totals.logs);
  return totals.logs;
}

/**
 * The same without waiting.
 * @throws BackendError where memory is not visible to the host
 * @throws ValueError when the step waits
 */
export function testFeedNow({ step, totals }: CountedStep, batches: Iterable<Batch>): Logs {
  totals.reset();
  for (const batch of batches) {
    try {
      const result = step.run(batch);
      if (result instanceof Promise) {
        result.then(({ packed }) => packed?.dispose()).catch(() => {});
        throw new ValueError('evaluate: testStep returned a promise, expected logs; measure waits for them');
      }
      totals.add(result, result.packed?.dataSync() ?? NO_NUMBERS);
      result.packed?.dispose();
    } finally {
      disposeBatch(batch);
    }
  }
  return totals.logs;
}
