import { permutation, setRandomState } from '../tensor/random.js';
import { keep } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import type { EpochPosition, Feed } from './feed.js';
import type { PreparedData } from './prepare-data.js';
import type { Source } from './sources.js';
import type { Batch } from './step-data.js';

/** Batches of samples that are all in memory. */
export class ArrayFeed implements Feed {
  readonly steps: number;
  readonly samples: number;
  readonly ranOut = false;

  constructor(
    private readonly data: PreparedData,
    private readonly batchSize: number,
    private readonly shuffle: boolean,
    maxSteps = Number.POSITIVE_INFINITY,
  ) {
    this.steps = Math.min(Math.ceil(data.count / batchSize), maxSteps);
    this.samples = Math.min(data.count, this.steps * batchSize);
  }

  /** Shuffled anew each time, by the library's random stream. */
  *epoch(from?: EpochPosition): Generator<Batch, void, undefined> {
    const { xs, ys, weights, count } = this.data;
    const order = this.shuffle ? permutation(count) : null;
    if (from) setRandomState(from.random);
    for (let step = from?.step ?? 0; step < this.steps; step++) {
      const start = step * this.batchSize;
      const end = Math.min(start + this.batchSize, count);
      // Kept from the scope of another model's asynchronous step, which may be open.
      const take = (source: Source): Tensor => keep(source.batch(order, start, end));
      yield {
        xs: xs.map(take),
        ys: ys.map(take),
        weights: weights.map((each) => each && take(each)),
        size: end - start,
      };
    }
  }
}
