import { oneOf } from '../base/options.js';
import { divNoNan, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { mean } from '../ops/reductions.js';
import { crossReplicaSum } from '../ops/shared/cross-replica-sum.js';
import { currentShard, type Shard } from '../tensor/shard.js';
import type { Tensor } from '../tensor/tensor.js';
import { weightsLike } from './align-labels.js';

const REDUCTIONS = ['sum_over_batch_size', 'sum', 'mean', 'mean_with_sample_weight', 'none'] as const;

/** Keras 3's names of reductions. */
export type LossReduction = (typeof REDUCTIONS)[number];

/** The option of a loss; null is `'none'`. */
export const reduction = () => oneOf(REDUCTIONS).nullable().default('sum_over_batch_size');

/**
 * Reduce the losses of a batch to one number, as Keras 3 does: `sum_over_batch_size` and `mean` divide by the number
 * of losses that count, whatever their weights; `mean_with_sample_weight` by the sum of the weights. On a part of a
 * batch it is the part's contribution: those of all parts add up to the number of the whole batch.
 * @param sampleWeight [batch], or shaped as the losses
 * @param counted 1 where a loss counts, 0 where it does not
 */
export function reduceLosses(
  losses: Tensor,
  reduction: LossReduction,
  sampleWeight?: Tensor,
  counted?: Tensor,
): Tensor {
  const shard = currentShard();
  const isMean = reduction === 'sum_over_batch_size' || reduction === 'mean';
  let weights = sampleWeight && weightsLike(losses, sampleWeight);
  if (counted) {
    // Summed over the whole batch: a part has only its own losses.
    const size = counted.size / (shard?.fraction || 1);
    const scaled = isMean ? mul(counted, divNoNan(size, ofAllParts(sum(counted), shard))) : counted;
    weights = weights ? mul(weights, scaled) : scaled;
  }
  const weighted = weights ? mul(losses, weights) : losses;
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return ofThisPart(sum(weighted), shard);
  if (reduction === 'mean_with_sample_weight' && weights) {
    return divNoNan(ofThisPart(sum(weighted), shard), ofAllParts(sum(weights), shard));
  }
  return shard ? mul(mean(weighted), shard.fraction) : mean(weighted);
}

/** Sum over this part; zero for a row that replaces an empty part. */
const ofThisPart = (value: Tensor, shard: Shard | null): Tensor => (shard?.fraction === 0 ? mul(value, 0) : value);

const ofAllParts = (value: Tensor, shard: Shard | null): Tensor =>
  shard ? crossReplicaSum(ofThisPart(value, shard)) : value;
