import { add, mul, sub } from '../../ops/arithmetic.js';
import {
  type BatchNormTail,
  batchMoments,
  batchNormTrainingWithTail,
  batchNormWithTail,
} from '../../ops/batch-norm.js';
import { stack, unstack } from '../../ops/concat.js';
import { crossReplicaSum } from '../../ops/shared/cross-replica-sum.js';
import { square } from '../../ops/unary.js';
import { currentShard } from '../../tensor/shard.js';
import type { Tensor } from '../../tensor/tensor.js';

/**
 * Batch normalization with the moments of all processes' rows; see `batchNormTraining`. With n of N rows here,
 *   mean = Σ n/N · meanᵢ,   variance = Σ n/N · (varianceᵢ + (meanᵢ − mean)²)
 * over the processes i, which is exact and loses no digits to large means.
 */
export function synchronizedBatchNorm(
  x: Tensor,
  gamma: Tensor,
  beta: Tensor,
  epsilon: number,
  tail: BatchNormTail,
): { y: Tensor; moments: Tensor } {
  const shard = currentShard();
  if (!shard || shard.processes === 1) return batchNormTrainingWithTail(x, gamma, beta, epsilon, tail);
  const [ownMean, ownVariance] = unstack(batchMoments(x));
  const mean = crossReplicaSum(mul(ownMean, shard.fraction));
  const variance = crossReplicaSum(mul(add(ownVariance, square(sub(ownMean, mean))), shard.fraction));
  return { y: batchNormWithTail(x, mean, variance, beta, gamma, epsilon, tail), moments: stack([mean, variance]) };
}
