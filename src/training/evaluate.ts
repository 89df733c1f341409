import { ValueError } from '../base/errors.js';
import { type Options, readOptions } from '../base/options.js';
import { show } from '../base/show.js';
import { Dataset } from '../data/dataset.js';
import { scalar } from '../ops/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import { Breather } from './breather.js';
import { CallbackList } from './callbacks/callback-list.js';
import { ArrayFeed } from './feeds/array-feed.js';
import { DatasetFeed } from './feeds/dataset-feed.js';
import type { Feed } from './feeds/feed.js';
import { buildFor, hostCopies, prepareData, readNow } from './feeds/prepare-data.js';
import { testFeed, testFeedNow } from './loop.js';
import { MEASURE_OPTIONS, type MeasureOptions } from './measure-options.js';
import type { Logs } from './model/logs.js';
import type { TrainedModel } from './model/trained-model.js';
import {
  EVALUATE_DATASET_OPTIONS,
  EVALUATE_OPTIONS,
  type EvaluateDatasetOptions,
  type EvaluateOptions,
} from './options/evaluate-options.js';
import { verbosityOf } from './options/verbosity.js';
import { printEnd } from './progress.js';
import type { ModelData } from './samples/samples.js';
import type { CompiledSteps } from './steps/compiled-steps.js';
import type { CountedStep } from './steps/counted-step.js';

/** Compute loss and metrics as scalars, synchronously. */
export function evaluate(
  model: TrainedModel,
  steps: CompiledSteps,
  x: ModelData,
  y: ModelData,
  given: EvaluateOptions,
): Tensor | Tensor[] {
  const options = readOptions('evaluate', EVALUATE_OPTIONS, given);
  const { feed, step } = prepared('evaluate', model, steps, x, y, options, readNow);
  return asScalars(printed(options, feed, () => testFeedNow(step, feed.epochNow())));
}

export async function evaluateDataset(
  model: TrainedModel,
  steps: CompiledSteps,
  dataset: Dataset<unknown>,
  given: EvaluateDatasetOptions,
): Promise<Tensor | Tensor[]> {
  if (!(dataset instanceof Dataset))
    throw new ValueError(`evaluateDataset: dataset is ${show(dataset)}, expected one of data.array, data.zip, …`);
  const { batches, verbose } = readOptions('evaluateDataset', EVALUATE_DATASET_OPTIONS, given);
  return asScalars(await measure(model, steps, dataset, undefined, { steps: batches, verbose }));
}

/** Compute loss and metrics by name; yields to the event loop in between. */
export async function measure(
  model: TrainedModel,
  steps: CompiledSteps,
  x: ModelData | Dataset<unknown>,
  y: ModelData | undefined,
  given: MeasureOptions,
): Promise<Logs> {
  model.assertAlive('measure');
  const options = readOptions('measure', MEASURE_OPTIONS, given);
  const { feed, step } =
    x instanceof Dataset
      ? { feed: datasetFeed(model, steps, x, options.steps), step: steps.testStep('measure') }
      : prepared('measure', model, steps, x, y, options, await hostCopies([y, options.sampleWeight]));
  const { batchSize } = options;
  const counts = { steps: feed.steps, samples: feed.samples, batchSize };
  const params = { epochs: 1, initialEpoch: 0, ...counts, doValidation: false };
  const callbacks = new CallbackList(options.callbacks, model, params);
  return printed(options, feed, () => testFeed(step, feed, new Breather(), callbacks));
}

function datasetFeed(
  model: TrainedModel,
  steps: CompiledSteps,
  dataset: Dataset<unknown>,
  count: number | undefined,
): DatasetFeed {
  const limited = count === undefined ? dataset : dataset.take(count);
  return new DatasetFeed('measure', limited, model, () => steps.outputs('measure'), undefined);
}

function prepared(
  caller: string,
  model: TrainedModel,
  steps: CompiledSteps,
  x: ModelData,
  y: ModelData | undefined,
  { batchSize, sampleWeight, steps: count }: Options<typeof EVALUATE_OPTIONS>,
  read: typeof readNow,
): { feed: ArrayFeed; step: CountedStep } {
  if ((x as unknown) instanceof Dataset) {
    throw new ValueError(`${caller}: x is a data set, expected samples; measure and evaluateDataset take its batches`);
  }
  buildFor(caller, model, x);
  const data = prepareData(caller, model, steps.outputs(caller), x, y, sampleWeight, read);
  return { step: steps.testStep(caller), feed: new ArrayFeed(data, batchSize, false, count) };
}

/** Run an evaluation, and print its line if requested. */
function printed<T extends Logs | Promise<Logs>>(
  { verbose }: Pick<Options<typeof EVALUATE_OPTIONS>, 'verbose'>,
  { steps }: Feed,
  run: () => T,
): T {
  const began = performance.now();
  const print = (logs: Logs): Logs => {
    if (verbosityOf(verbose) > 0) printEnd(steps, (performance.now() - began) / 1000, logs);
    return logs;
  };
  const logs = run();
  return (logs instanceof Promise ? logs.then(print) : print(logs)) as T;
}

function asScalars(logs: Logs): Tensor | Tensor[] {
  const scalars = Object.values(logs).map((value) => scalar(value));
  return scalars.length === 1 ? scalars[0] : scalars;
}
