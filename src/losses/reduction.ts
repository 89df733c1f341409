import { oneOf } from '../base/options.js';
import { divNoNan, mul } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { mean } from '../ops/reductions.js';
import type { Tensor } from '../tensor/tensor.js';
import { weightsLike } from './align-labels.js';

const REDUCTIONS = ['sum_over_batch_size', 'sum', 'mean', 'mean_with_sample_weight', 'none'] as const;

/** Keras 3's names for the ways in which losses become one number. */
export type LossReduction = (typeof REDUCTIONS)[number];

/** The option of a loss; null is `'none'`. */
export const reduction = () => oneOf(REDUCTIONS).nullable().default('sum_over_batch_size');

/**
 * One number of the losses of a batch, as Keras 3 reduces them: `sum_over_batch_size` and `mean` divide by the number of
 * losses that count, whatever their weights; `mean_with_sample_weight` by the sum of the weights.
 * @param sampleWeight [batch], or shaped as the losses
 * @param counted 1 where a loss counts, 0 where it does not
 */
export function reduceLosses(
  losses: Tensor,
  reduction: LossReduction,
  sampleWeight?: Tensor,
  counted?: Tensor,
): Tensor {
  let weights = sampleWeight && weightsLike(losses, sampleWeight);
  if (counted) {
    const isMean = reduction === 'sum_over_batch_size' || reduction === 'mean';
    const share = isMean ? mul(counted, divNoNan(counted.size, sum(counted))) : counted;
    weights = weights ? mul(weights, share) : share;
  }
  const weighted = weights ? mul(losses, weights) : losses;
  if (reduction === 'none') return weighted;
  if (reduction === 'sum') return sum(weighted);
  if (reduction === 'mean_with_sample_weight' && weights) return divNoNan(sum(weighted), sum(weights));
  return mean(weighted);
}
