import { ValueError } from '../base/errors.js';
import { readOptions } from '../base/options.js';
import { Dataset } from '../data/dataset.js';
import { asList } from '../layers/base/layer.js';
import { concat } from '../ops/concat.js';
import { dispose, keep, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { buildForFirst, inputsOf } from './feeds/dataset-feed.js';
import { buildFor, prepareInputs } from './feeds/prepare-data.js';
import { StepData } from './model/step-data.js';
import type { TrainableModel } from './model/trained-model.js';
import { PREDICT_OPTIONS, type PredictOptions } from './options/evaluate-options.js';
import { verbosityOf } from './options/verbosity.js';
import { printEnd } from './progress.js';
import type { ModelData } from './samples/samples.js';
import type { Source } from './samples/sources.js';

/** Compute the outputs for all samples. */
export function predict(model: TrainableModel, x: ModelData, given: PredictOptions): Tensor | Tensor[] {
  const { batchSize, verbose } = readOptions('predict', PREDICT_OPTIONS, given);
  const began = performance.now();
  const outputs = predictSamples('predict', model, x, batchSize);
  if (verbosityOf(verbose) > 0) {
    const { shape } = asList(outputs)[0];
    printEnd(Math.ceil(shape[0] / batchSize), (performance.now() - began) / 1000);
  }
  return outputs;
}

/** Compute the outputs for samples as a single batch. */
export const predictOnBatch = (model: TrainableModel, x: ModelData): Tensor | Tensor[] =>
  predictSamples('predictOnBatch', model, x, Number.POSITIVE_INFINITY);

function predictSamples(caller: string, model: TrainableModel, x: ModelData, batchSize: number): Tensor | Tensor[] {
  if ((x as unknown) instanceof Dataset) {
    throw new ValueError(
      `${caller}: x is a data set, expected samples; predict takes data sets, and returns a promise`,
    );
  }
  assertCallable(caller, model);
  buildFor(caller, model, x);
  const { xs, count } = prepareInputs(caller, model, x);
  const outputs = predictBatches(model, xs, count, batchSize);
  return outputs.length === 1 ? outputs[0] : outputs;
}

/** Compute the outputs for all batches of a data set, which may bring labels too. */
export async function predictDataset(
  model: TrainableModel,
  dataset: Dataset<unknown>,
  given: PredictOptions,
): Promise<Tensor | Tensor[]> {
  const { batchSize: _, verbose } = readOptions('predict', PREDICT_OPTIONS, given);
  assertCallable('predict', model);
  if (dataset.size === Number.POSITIVE_INFINITY) {
    throw new ValueError('predict: the data set has no end, expected one that take(n) ends');
  }
  await buildForFirst('predict', model, dataset);
  const began = performance.now();
  const batches: (readonly Tensor[])[] = [];
  try {
    for await (const element of dataset) {
      try {
        const outputs = tidy(() => step(model, inputsOf('predict', element, model)));
        batches.push(outputs.map((each) => keep(each)));
      } finally {
        dispose(element);
      }
    }
    if (batches.length === 0) throw new ValueError('predict: the data set is empty, expected batches');
    const outputs = tidy(() => joined(batches));
    if (verbosityOf(verbose) > 0) printEnd(batches.length, (performance.now() - began) / 1000);
    return outputs.length === 1 ? outputs[0] : outputs;
  } finally {
    dispose(batches);
  }
}

const joined = (batches: readonly (readonly Tensor[])[]): Tensor[] =>
  batches[0].map((_, index) => concat(batches.map((outputs) => outputs[index])));

const step = (model: TrainableModel, xs: readonly Tensor[]): readonly Tensor[] =>
  asList(model.predictStep(new StepData({ xs, ys: [], weights: [], size: xs[0].shape[0] })));

function assertCallable(caller: string, model: TrainableModel): void {
  if (model.isCallable) return;
  throw new ValueError(`${model.name}: ${caller} needs a call of the model's, which has none`);
}

/** Compute the outputs for all samples, batch by batch. */
function predictBatches(model: TrainableModel, xs: readonly Source[], count: number, batchSize: number): Tensor[] {
  return tidy(() => {
    const batches: (readonly Tensor[])[] = [];
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(start + batchSize, count);
      batches.push(
        tidy(() =>
          step(
            model,
            xs.map((each) => each.batch(null, start, end)),
          ),
        ),
      );
    }
    return joined(batches);
  });
}
