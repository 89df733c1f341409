import { ValueError } from '../../base/errors.js';
import { Dataset } from '../../data/dataset.js';
import type { CompiledOutput } from '../model/compile.js';
import type { TrainableModel } from '../model/trained-model.js';
import type { ValidationData } from '../options/data-options.js';
import type { ModelData } from '../samples/samples.js';
import { ArrayFeed } from './array-feed.js';
import { DatasetFeed } from './dataset-feed.js';
import type { Feed } from './feed.js';
import { hostCopies, type PreparedData, prepareData } from './prepare-data.js';

/**
 * Split the last samples from the others.
 * @param fraction of the samples for validation; may be 0
 * @throws ValueError when it leaves nothing to train on
 */
export function holdBack(data: PreparedData, fraction: number): { train: PreparedData; held: PreparedData | null } {
  const { count } = data;
  const kept = Math.floor(count * (1 - fraction));
  if (kept === count) return { train: data, held: null };
  if (kept === 0) throw new ValueError(`fit: validationSplit ${fraction} leaves none of ${count} samples`);
  const part = (start: number, end: number): PreparedData => ({
    count: end - start,
    xs: data.xs.map((each) => each.part(start, end)),
    ys: data.ys.map((each) => each.part(start, end)),
    weights: data.weights.map((each) => each?.part(start, end)),
  });
  return { train: part(0, kept), held: part(kept, count) };
}

/** Make the source of validation batches; null if there is none. @throws ValueError @throws ShapeError */
export async function validationFeed(
  model: TrainableModel,
  outputs: () => readonly CompiledOutput[],
  given: ValidationData | undefined,
  batchSize: number,
  steps: number | undefined,
): Promise<Feed | null> {
  if (!given) return null;
  if (given instanceof Dataset) {
    return new DatasetFeed('validationData', steps ? given.take(steps) : given, model, outputs, undefined);
  }
  const [x, y, sampleWeight] = given as readonly ModelData[];
  const copies = await hostCopies([y, sampleWeight]);
  const data = prepareData('validationData', model, outputs(), x, y, sampleWeight, copies);
  return new ArrayFeed(data, batchSize, false, steps);
}
