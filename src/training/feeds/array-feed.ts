import { hashOf } from '../../base/hash.js';
import { permutation, setRandomState } from '../../tensor/random.js';
import { keep } from '../../tensor/scope.js';
import type { Shard } from '../../tensor/shard.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { Batch } from '../model/step-data.js';
import type { Source } from '../samples/sources.js';
import type { EpochPosition, Feed } from './feed.js';
import type { PreparedData } from './prepare-data.js';

/** Batches of samples that are all in memory. */
export class ArrayFeed implements Feed {
  readonly steps: number;
  readonly samples: number;
  readonly ranOut = false;

  constructor(
    private readonly data: PreparedData,
    private readonly batchSize: number,
    private readonly shuffle: boolean,
    private readonly maxSteps = Number.POSITIVE_INFINITY,
    private readonly shardOf: ((total: number) => Shard) | null = null,
  ) {
    this.steps = Math.min(Math.ceil(data.count / batchSize), maxSteps);
    this.samples = Math.min(data.count, this.steps * batchSize);
  }

  /** The same batches, of which each process takes its rows. */
  sharedBy(shardOf: (total: number) => Shard): ArrayFeed {
    return new ArrayFeed(this.data, this.batchSize, this.shuffle, this.maxSteps, shardOf);
  }

  /** A hash of the first and the last samples, to tell data sets apart. */
  sampleHash(): string {
    const { xs, ys, count } = this.data;
    const ends = [0, Math.max(0, count - this.batchSize)];
    const hashes = [...xs, ...ys].flatMap((source) =>
      ends.map((start) => {
        const batch = source.batch(null, start, Math.min(start + this.batchSize, count));
        const hash = hashOf(batch.dataSync());
        batch.dispose();
        return hash.toString(16);
      }),
    );
    return hashes.join(' ');
  }

  /** Shuffled anew each time, by the library's random stream. */
  *epoch(from?: EpochPosition): Generator<Batch, void, undefined> {
    const { xs, ys, weights, count } = this.data;
    const order = this.shuffle ? permutation(count) : null;
    if (from) setRandomState(from.random);
    for (let step = from?.step ?? 0; step < this.steps; step++) {
      const start = step * this.batchSize;
      const end = Math.min(start + this.batchSize, count);
      const shard = this.shardOf?.(end - start);
      const first = start + (shard?.first ?? 0);
      const last = shard ? first + shard.rows : end;
      // Kept from the scope of another model's asynchronous step, which may be open.
      const take = (source: Source): Tensor => keep(source.batch(order, first, last));
      yield {
        xs: xs.map(take),
        ys: ys.map(take),
        weights: weights.map((each) => each && take(each)),
        size: end - start,
        shard,
      };
    }
  }
}
