import { getRandomState, setRandomState } from '../tensor/random.js';
import { Breather } from './breather.js';
import { CallbackList } from './callbacks/callback-list.js';
import type { History } from './callbacks/history.js';
import type { Distribution } from './distribution.js';
import type { Feed } from './feeds/feed.js';
import type { LoopOptions } from './fit-options.js';
import { testFeed, trainEpoch } from './loop.js';
import type { Logs } from './model/logs.js';
import type { TrainedModel } from './model/trained-model.js';
import { verbosityOf } from './options/verbosity.js';
import { linePrinter, type ProgressListener } from './progress.js';
import type { CountedStep } from './steps/counted-step.js';
import { type PositionKeeper, positionKeepers, type TrainingPosition } from './training-position.js';

export interface Fit {
  /** Filled as training goes on. */
  readonly history: History;
  readonly training: CountedStep;
  readonly feed: Feed;
  readonly validation: (CountedStep & { readonly feed: Feed }) | null;
  readonly batchSize: number | null;
  /** The other processes that train the model; null where there are none. */
  readonly distribution: Distribution | null;
  readonly options: LoopOptions;
}

/** All epochs: callbacks, training, validation. */
export async function fitFeed(model: TrainedModel, fit: Fit): Promise<void> {
  const { distribution } = fit;
  if (!distribution) return runEpochs(model, fit, (callbacks) => callbacks());
  const { feed, validation, options } = fit;
  await distribution.begin('fit', { feed, validation: validation?.feed ?? null, options });
  const keepers = positionKeepers(options.callbacks);
  const wishesToLeave = () => wishToLeave(keepers);
  await distribution.guard(() =>
    runEpochs(
      model,
      {
        ...fit,
        feed: distribution.feed('fit', feed),
        training: distribution.trainingOf(fit.training, wishesToLeave),
        validation: validation && {
          ...distribution.validationOf(validation, wishesToLeave),
          feed: distribution.feed('validationData', validation.feed),
        },
      },
      (callbacks) => distribution.follow(callbacks),
    ),
  );
}

/** @param call calls callbacks, after which all processes have their changes */
async function runEpochs(
  model: TrainedModel,
  { history, training, feed, validation, batchSize, distribution, options }: Fit,
  call: (callbacks: () => Promise<void>) => Promise<void>,
): Promise<void> {
  const { epochs, initialEpoch, validationFreq } = options;
  const params = {
    epochs,
    initialEpoch,
    steps: feed.steps,
    samples: feed.samples,
    batchSize,
    doValidation: validation !== null,
    ...(distribution ? { processes: distribution.size } : {}),
  };
  const isFirst = distribution?.isFirst ?? true;
  const own = isFirst ? options.callbacks : [];
  const callbacks = new CallbackList(
    [history, ...own],
    model,
    params,
    distribution ? (callback) => distribution.alone(callback) : undefined,
  );
  const progress = isFirst ? listenerOf(options) : null;
  const breather = new Breather(options.yieldEvery);
  const stopped = () => distribution?.stopped ?? model.stopTraining;
  let warned = false;
  const keepers = positionKeepers(options.callbacks);
  const kept = isFirst ? await restorePosition(keepers) : null;
  // Callbacks, and with them their states, are those of the first process.
  const restored = distribution ? distribution.fromFirst(kept && { ...kept, callbacks: undefined }) : kept;
  if (restored) history.restore(restored.history);
  let logs = lastLogs(history);
  const firstEpoch = restored?.epoch ?? initialEpoch;
  // An epoch of which no step was done begins as any other.
  const resumeAt = restored ? (restored.position.step > 0 ? restored.position : undefined) : options.resumeAt;
  const isLeaving = () => distribution?.leaving ?? wishToLeave(keepers);
  const keepPosition = async (position: TrainingPosition) => {
    const whole = { stopped: model.stopTraining, ...position, callbacks: callbacks.states };
    if (isFirst) for (const keeper of keepers) await keeper.keepPosition(whole, isLeaving());
    if (isLeaving()) for (const keeper of keepers) keeper.leave?.(position);
  };
  progress?.trainBegin?.(params);
  await call(() => callbacks.trainBegin());
  if (kept?.callbacks) await callbacks.restore(kept.callbacks);
  if (restored?.stopped) model.stopTraining = true;
  await distribution?.share(callbacks.watchesBatches);
  /** Whether an epoch was left: what follows its steps is still to do when training was stopped in it. */
  const wasLeft = (epoch: number) => resumeAt !== undefined && epoch === firstEpoch;
  for (let epoch = firstEpoch; epoch < epochs && (!model.stopTraining || wasLeft(epoch)) && !feed.ranOut; epoch++) {
    const began = performance.now();
    progress?.epochBegin?.(epoch);
    await call(() => callbacks.epochBegin(epoch));
    // Random numbers that callbacks drew at the start of an interrupted epoch are not drawn again.
    if (restored && wasLeft(epoch)) setRandomState(restored.epochRandom);
    const epochRandom = getRandomState();
    const trained = await trainEpoch(training, feed, {
      epoch,
      callbacks,
      progress,
      breather,
      stopped,
      from: wasLeft(epoch) ? resumeAt : undefined,
      isOver: wasLeft(epoch) && restored?.stopped,
      isDue: () => isLeaving() || (isFirst && keepers.some((keeper) => keeper.isPositionDue())),
      keep:
        keepers.length > 0
          ? (position) => keepPosition({ epoch, epochRandom, position, history, stopped: stopped() })
          : undefined,
    });
    logs = trained.logs;
    // The data had ended with the epoch before.
    if (feed.ranOut && training.totals.isEmpty) break;
    if (isFirst && !warned && logs.loss !== undefined && !Number.isFinite(logs.loss)) {
      warned = true;
      console.warn(
        `${model.name}: the loss is ${logs.loss} in epoch ${epoch + 1}; terminateOnNaN() would end training`,
      );
    }
    await distribution?.epochTrained();
    if (validation && (epoch + 1) % validationFreq === 0) {
      const atEnd = { epoch, epochRandom, position: trained.position, history };
      const leave = async () => {
        if (isLeaving()) await keepPosition(atEnd);
      };
      const values = await testFeed(validation, validation.feed, breather, callbacks, leave);
      for (const [name, value] of Object.entries(values)) logs[`val_${name}`] = value;
    }
    progress?.epochEnd?.(epoch, logs, (performance.now() - began) / 1000);
    await call(() => callbacks.epochEnd(epoch, logs));
    const random = getRandomState();
    await keepPosition({ epoch: epoch + 1, epochRandom: random, position: { step: 0, random }, history });
  }
  if (model.compiledOptimizer?.useEma) model.compiledOptimizer.finalizeVariableValues(model.trainableVariables);
  await call(() => callbacks.trainEnd(logs));
  progress?.trainEnd?.();
}

const wishToLeave = (keepers: readonly PositionKeeper[]) => keepers.some((keeper) => keeper.isLeaving?.());

/** Go where training was left, by the first callback that has kept it. */
async function restorePosition(keepers: readonly PositionKeeper[]): Promise<TrainingPosition | null> {
  for (const keeper of keepers) {
    const position = (await keeper.restorePosition?.()) ?? null;
    if (!position) continue;
    setRandomState(position.epochRandom);
    return position;
  }
  return null;
}

/** The numbers of the last epoch of a history. */
const lastLogs = ({ history }: History): Logs =>
  Object.fromEntries(
    Object.entries(history).flatMap(([name, values]) => (values.length > 0 ? [[name, values.at(-1)!]] : [])),
  );

function listenerOf({ progress, verbose }: LoopOptions): ProgressListener | null {
  if (progress) return progress;
  const level = verbosityOf(verbose);
  return level === 0 ? null : linePrinter(level);
}
