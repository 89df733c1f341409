import { slice } from '../ops/slice.js';
import { keep, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { disposeBatch, type EpochPosition, type Feed } from '../training/feeds/feed.js';
import type { Batch } from '../training/model/step-data.js';
import type { Replicas } from './replicas.js';
import { shardOf } from './rows.js';

/** Batches of a feed, of which each process keeps its rows; all processes must be fed the same batches. */
export class ShardedFeed implements Feed {
  constructor(
    private readonly feed: Feed,
    private readonly replicas: Replicas,
  ) {}

  get steps(): number | null {
    return this.feed.steps;
  }

  get samples(): number | null {
    return this.feed.samples;
  }

  get ranOut(): boolean {
    return this.feed.ranOut;
  }

  async *epoch(from?: EpochPosition): AsyncGenerator<Batch, void, undefined> {
    for await (const batch of this.feed.epoch(from)) yield this.partOf(batch);
  }

  private partOf(batch: Batch): Batch {
    const shard = shardOf(this.replicas, batch.size);
    const part = (x: Tensor): Tensor => tidy(() => keep(slice(x, shard.first, shard.rows)));
    try {
      const { xs, ys, weights, size } = batch;
      return { xs: xs.map(part), ys: ys.map(part), weights: weights.map((each) => each && part(each)), size, shard };
    } finally {
      disposeBatch(batch);
    }
  }
}
