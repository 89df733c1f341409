import { slice } from '../ops/slice.js';
import { keep, tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { disposeBatch, type EpochPosition, type Feed } from '../training/feeds/feed.js';
import type { Batch } from '../training/model/step-data.js';
import { hashOfTensors } from './large-hash.js';
import type { Replicas } from './replicas.js';
import { shardOf } from './rows.js';

/**
 * Batches of a data set, of which each process keeps its rows. All processes must receive the same batches. Each batch
 * is checked: a process whose data end earlier would leave the others waiting.
 */
export class ShardedFeed implements Feed {
  /** @param caller for messages */
  constructor(
    private readonly caller: string,
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

  /** @throws ValueError on every process when a batch differs between processes */
  async *epoch(from?: EpochPosition): AsyncGenerator<Batch, void, undefined> {
    let step = from?.step ?? 0;
    for await (const batch of this.withEnd(from)) {
      try {
        const described = batch ? await describe(batch) : 'missing, as the data have ended,';
        this.replicas.agree(this.caller, `batch ${step} of the data set`, described);
        if (batch) yield this.partOf(batch);
      } finally {
        if (batch) disposeBatch(batch);
      }
      step++;
    }
  }

  /** The batches, then null. */
  private async *withEnd(from?: EpochPosition): AsyncGenerator<Batch | null, void, undefined> {
    yield* this.feed.epoch(from);
    yield null;
  }

  private partOf({ xs, ys, weights, size }: Batch): Batch {
    const shard = shardOf(this.replicas, size);
    const part = (x: Tensor): Tensor => tidy(() => keep(slice(x, shard.first, shard.rows)));
    return { xs: xs.map(part), ys: ys.map(part), weights: weights.map((each) => each && part(each)), size, shard };
  }
}

/** Describe a batch by its shapes, presence of sample weights, and the hash of all values. */
async function describe({ xs, ys, weights }: Batch): Promise<string> {
  const given = weights.filter((each) => each !== undefined);
  const shapes = (tensors: readonly Tensor[]) => tensors.map(({ shape }) => `[${shape}]`).join(' ');
  const weighted = given.length > 0 ? `, sample weights ${shapes(given)}` : '';
  return `x ${shapes(xs)}, y ${shapes(ys)}${weighted}, hash ${await hashOfTensors([...xs, ...ys, ...given])}`;
}
