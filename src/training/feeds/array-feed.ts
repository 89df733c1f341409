import { fetchedAhead } from '../../data/prefetch.js';
import { permutation, setRandomState } from '../../tensor/random.js';
import { keep } from '../../tensor/scope.js';
import type { Shard } from '../../tensor/shard.js';
import type { Batch } from '../model/step-data.js';
import type { Source } from '../samples/sources.js';
import { StreamedSource } from '../samples/streamed-source.js';
import type { BatchRows, EpochPosition, Feed } from './feed.js';
import type { PreparedData } from './prepare-data.js';
import { streamedBatches } from './streamed-batches.js';

/** Batches that are read while a step is computed. */
const READ_AHEAD = 2;

/** Batches of samples that are in memory or read on demand. */
export class ArrayFeed implements Feed {
  readonly steps: number;
  readonly samples: number;
  readonly ranOut = false;

  constructor(
    readonly data: PreparedData,
    private readonly batchSize: number,
    private readonly shuffle: boolean,
    private readonly maxSteps = Number.POSITIVE_INFINITY,
    private readonly shardOf: ((total: number) => Shard) | null = null,
  ) {
    this.steps = Math.min(Math.ceil(data.count / batchSize), maxSteps);
    this.samples = Math.min(data.count, this.steps * batchSize);
  }

  /** Return the same batches, of which each process takes its rows. */
  sharedBy(shardOf: (total: number) => Shard): ArrayFeed {
    return new ArrayFeed(this.data, this.batchSize, this.shuffle, this.maxSteps, shardOf);
  }

  /** Shuffled for each epoch with the library's random stream. */
  epoch(from?: EpochPosition): Iterable<Batch> | AsyncIterable<Batch> {
    const isStreamed = this.data.xs.some((source) => source instanceof StreamedSource);
    return isStreamed ? fetchedAhead(streamedBatches(this.data, this.rows(from)), READ_AHEAD) : this.epochNow(from);
  }

  /** The same, synchronously. @throws ValueError when samples are not in memory */
  *epochNow(from?: EpochPosition): Generator<Batch, void, undefined> {
    const { xs, ys, weights } = this.data;
    for (const { order, start, end, size, shard } of this.rows(from)) {
      // Excluded from the scope of another model's asynchronous step, which may be open.
      const take = (source: Source) => keep(source.batch(order, start, end));
      yield { xs: xs.map(take), ys: ys.map(take), weights: weights.map((each) => each && take(each)), size, shard };
    }
  }

  private *rows(from?: EpochPosition): Generator<BatchRows, void, undefined> {
    const { count } = this.data;
    const order = this.shuffle ? permutation(count) : null;
    if (from) setRandomState(from.random);
    for (let step = from?.step ?? 0; step < this.steps; step++) {
      const first = step * this.batchSize;
      const size = Math.min(this.batchSize, count - first);
      const shard = this.shardOf?.(size);
      const start = first + (shard?.first ?? 0);
      yield { order, start, end: shard ? start + shard.rows : first + size, size, shard };
    }
  }
}
