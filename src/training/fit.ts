import type { TypedArray } from '../base/dtype.js';
import type { Model } from '../models/model.js';
import type { Optimizer } from '../optim/optimizer.js';
import { tensorsIn } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { CallbackList, type Logs } from './callbacks/callback.js';
import type { History } from './callbacks/history.js';
import type { CompiledOutput } from './compile.js';
import type { Feed } from './feed.js';
import { Breather, testFeed, trainEpoch } from './loop.js';
import type { FitDatasetOptions, FitOptions } from './options.js';
import { linePrinter, type ProgressListener } from './progress.js';
import type { Step } from './step.js';
import { Totals } from './totals.js';

/** Values of the tensors among labels and weights, read before they are checked. */
export async function hostCopies(containers: readonly unknown[]): Promise<(tensor: Tensor) => TypedArray> {
  const copies = new Map<Tensor, TypedArray>();
  for (const tensor of tensorsIn(containers)) copies.set(tensor, await tensor.data());
  return (tensor) => copies.get(tensor)!;
}

/** The same without waiting. @throws BackendError where memory is not visible to the host */
export const readNow = (tensor: Tensor): TypedArray => tensor.dataSync();

export interface Fit {
  /** Filled as training goes on. */
  readonly history: History;
  readonly step: Step;
  readonly optimizer: Optimizer;
  readonly outputs: readonly CompiledOutput[];
  readonly feed: Feed;
  readonly validation: Feed | null;
  readonly batchSize: number | null;
  readonly options: FitOptions | FitDatasetOptions;
}

/** All epochs: callbacks, training, validation. */
export async function fitFeed(model: Model, fit: Fit): Promise<void> {
  const { history, step, optimizer, outputs, feed, validation, batchSize, options } = fit;
  const { epochs = 1, initialEpoch = 0, validationFreq = 1 } = options;
  const params = { epochs, initialEpoch, steps: feed.steps, samples: feed.samples, batchSize };
  const callbacks = new CallbackList([history, ...[options.callbacks ?? []].flat()], model, params);
  const progress = listenerOf(options);
  const totals = new Totals(outputs);
  const breather = new Breather();
  const stopped = () => model.stopTraining;
  let logs: Logs = {};
  let warned = false;
  progress?.trainBegin?.(params);
  await callbacks.trainBegin();
  for (let epoch = initialEpoch; epoch < epochs && !stopped(); epoch++) {
    const began = performance.now();
    progress?.epochBegin?.(epoch);
    await callbacks.epochBegin(epoch);
    const from = epoch === initialEpoch ? (options as FitOptions).resumeAt : undefined;
    logs = await trainEpoch(step, optimizer, totals, feed, { epoch, callbacks, progress, breather, stopped, from });
    if (!warned && !Number.isFinite(logs.loss)) {
      warned = true;
      console.warn(
        `${model.name}: the loss is ${logs.loss} in epoch ${epoch + 1}; terminateOnNaN() would end training`,
      );
    }
    if (validation && (epoch + 1) % validationFreq === 0) {
      for (const [name, value] of Object.entries(await testFeed(step, totals, validation, breather))) {
        logs[`val_${name}`] = value;
      }
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
