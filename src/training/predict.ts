import { asList } from '../layers/base/layer.js';
import { concat } from '../ops/concat.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Source } from './sources.js';
import type { TrainableModel } from './trained-model.js';

/** The outputs for all samples, computed a batch at a time. */
export function predictBatches(
  model: TrainableModel,
  xs: readonly Source[],
  count: number,
  batchSize: number,
): Tensor[] {
  return tidy(() => {
    const batches: (readonly Tensor[])[] = [];
    for (let start = 0; start < count; start += batchSize) {
      const end = Math.min(start + batchSize, count);
      batches.push(tidy(() => asList(model.apply(xs.map((each) => each.batch(null, start, end))))));
    }
    return batches[0].map((_, index) => concat(batches.map((outputs) => outputs[index])));
  });
}
