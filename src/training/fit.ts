import { getRandomState, setRandomState } from '../tensor/random.js';
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
import type { PositionKeeper, TrainingPosition } from './training-position.js';

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
  const keepers = callbacks.positionKeepers;
  const restored = await restorePosition(keepers, history);
  const firstEpoch = restored?.epoch ?? initialEpoch;
  // An epoch of which no step was done begins as any other.
  const resumeAt = restored
    ? restored.position.step > 0
      ? restored.position
      : undefined
    : (options as FitOptions).resumeAt;
  const keepPosition = async (position: TrainingPosition) => {
    for (const keeper of keepers) await keeper.keepPosition(position);
  };
  progress?.trainBegin?.(params);
  await callbacks.trainBegin();
  for (let epoch = firstEpoch; epoch < epochs && !stopped() && !feed.ranOut; epoch++) {
    const began = performance.now();
    progress?.epochBegin?.(epoch);
    await callbacks.epochBegin(epoch);
    const { step, totals } = training;
    const epochRandom = getRandomState();
    logs = await trainEpoch(step, totals, feed, {
      epoch,
      callbacks,
      progress,
      breather,
      stopped,
      from: epoch === firstEpoch ? resumeAt : undefined,
      isDue: () => keepers.some((keeper) => keeper.isPositionDue()),
      keep: keepers.length > 0 ? (position) => keepPosition({ epoch, epochRandom, position, history }) : undefined,
    });
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
    const random = getRandomState();
    await keepPosition({ epoch: epoch + 1, epochRandom: random, position: { step: 0, random }, history });
  }
  await callbacks.trainEnd(logs);
  progress?.trainEnd?.();
}

/** Go where training was left, by the first callback that has kept it. */
async function restorePosition(keepers: readonly PositionKeeper[], history: History): Promise<TrainingPosition | null> {
  for (const keeper of keepers) {
    const position = (await keeper.restorePosition?.()) ?? null;
    if (!position) continue;
    history.restore(position.history);
    setRandomState(position.epochRandom);
    return position;
  }
  return null;
}

function listenerOf({ progress, verbose = 0 }: FitOptions | FitDatasetOptions): ProgressListener | null {
  if (progress) return progress;
  return verbose === 0 ? null : linePrinter(verbose);
}
