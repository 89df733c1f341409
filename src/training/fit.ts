import { CallbackList } from './callbacks/callback-list.js';
import type { History } from './callbacks/history.js';
import type { Feed } from './feed.js';
import type { FitDatasetOptions, FitOptions } from './fit-options.js';
import type { Logs } from './logs.js';
import { Breather, testFeed, trainEpoch } from './loop.js';
import { linePrinter, type ProgressListener } from './progress.js';
import type { Step } from './step-result.js';
import type { Totals } from './totals.js';
import type { TrainedModel } from './trained-model.js';

/** A step and the totals that its numbers are added to. */
export interface CountedStep {
  readonly step: Step;
  readonly totals: Totals;
}

export interface Fit {
  /** Filled as training goes on. */
  readonly history: History;
  readonly training: CountedStep;
  readonly feed: Feed;
  readonly validation: (CountedStep & { readonly feed: Feed }) | null;
  readonly batchSize: number | null;
  readonly options: FitOptions | FitDatasetOptions;
}

/** All epochs: callbacks, training, validation. */
export async function fitFeed(model: TrainedModel, fit: Fit): Promise<void> {
  const { history, training, feed, validation, batchSize, options } = fit;
  const { epochs = 1, initialEpoch = 0, validationFreq = 1 } = options;
  const params = { epochs, initialEpoch, steps: feed.steps, samples: feed.samples, batchSize };
  const callbacks = new CallbackList([history, ...[options.callbacks ?? []].flat()], model, params);
  const progress = listenerOf(options);
  const breather = new Breather();
  const stopped = () => model.stopTraining;
  let logs: Logs = {};
  let warned = false;
  progress?.trainBegin?.(params);
  await callbacks.trainBegin();
  for (let epoch = initialEpoch; epoch < epochs && !stopped() && !feed.ranOut; epoch++) {
    const began = performance.now();
    progress?.epochBegin?.(epoch);
    await callbacks.epochBegin(epoch);
    const from = epoch === initialEpoch ? (options as FitOptions).resumeAt : undefined;
    const { step, totals } = training;
    logs = await trainEpoch(step, totals, feed, { epoch, callbacks, progress, breather, stopped, from });
    // The data had ended with the epoch before.
    if (feed.ranOut && totals.isEmpty) break;
    if (!warned && logs.loss !== undefined && !Number.isFinite(logs.loss)) {
      warned = true;
      console.warn(
        `${model.name}: the loss is ${logs.loss} in epoch ${epoch + 1}; terminateOnNaN() would end training`,
      );
    }
    if (validation && (epoch + 1) % validationFreq === 0) {
      const values = await testFeed(validation.step, validation.totals, validation.feed, breather);
      for (const [name, value] of Object.entries(values)) logs[`val_${name}`] = value;
    }
    progress?.epochEnd?.(epoch, logs, (performance.now() - began) / 1000);
    await callbacks.epochEnd(epoch, logs);
  }
  await callbacks.trainEnd(logs);
  progress?.trainEnd?.();
}

function listenerOf({ progress, verbose = 0 }: FitOptions | FitDatasetOptions): ProgressListener | null {
  if (progress) return progress;
  return verbose === 0 ? null : linePrinter(verbose);
}
