import { ValueError } from '../base/errors.js';
import { readOptions } from '../base/options.js';
import { Dataset } from '../data/dataset.js';
import { asList } from '../layers/base/layer.js';
import { concat } from '../ops/concat.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { buildFor, prepareInputs } from './feeds/prepare-data.js';
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
      `${caller}: x is a data set, expected samples; call ${caller} for the xs of each of its batches`,
    );
  }
  if (!model.isCallable) throw new ValueError(`${model.name}: ${caller} needs a call of the model's, which has none`);
  buildFor(caller, model, x);
  const { xs, count } = prepareInputs(caller, model, x);
  const outputs = predictBatches(model, xs, count, batchSize);
  return outputs.length === 1 ? outputs[0] : outputs;
}

/** Compute the outputs for all samples, batch by batch. */
function predictBatches(model: TrainableModel, xs: readonly Source[], count: number, batchSize: number): Tensor[] {
  return tidy(() => {
    const batches: (readonly Tensor[])[] = [];
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(start + batchSize, count);
      batches.push(tidy(() => asList(model.apply(xs.map((each) => each.batch(null, start, end))))));
    }
    return batches[0].map((_, index) => concat(batches.map((outputs) => outputs[index])));
  });
}
