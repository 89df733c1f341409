import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape, sameShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { divNoNan, mul } from '../ops/arithmetic.js';
import { broadcastTo, sum } from '../ops/broadcast.js';
import { cast } from '../ops/cast.js';
import { notEqual } from '../ops/comparison.js';
import { mean } from '../ops/reductions.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';

/*
 * The losses of tfjs return one number for all samples, weighted and reduced; those of Keras, in `src/losses`, return
 * one per sample.
 */

/** How tfjs's `losses` reduce losses to one number. */
export enum Reduction {
  /** No reduction. */
  NONE = 0,
  /** Σ losses · weights / Σ weights; 0 where the weights sum to 0. */
  MEAN = 1,
  SUM = 2,
  /** Σ losses · weights over the count of weights that are not 0. */
  SUM_BY_NONZERO_WEIGHTS = 3,
}

/**
 * Weight and reduce losses.
 * @param weights broadcasts to losses; default 1
 * @param given the reduction, default `SUM_BY_NONZERO_WEIGHTS`
 * @returns a scalar, or losses' shape with `Reduction.NONE`
 * @throws ValueError when the reduction is unknown
 * @example losses.computeWeightedLoss([1, 2, 6], [1, 0, 2]) // 6.5
 */
export function computeWeightedLoss(losses: TensorLike, weights?: TensorLike | null, given?: Reduction | null): Tensor {
  const reduction = given ?? Reduction.SUM_BY_NONZERO_WEIGHTS;
  return tidy(() => {
    const each = toTensor('computeWeightedLoss', 'losses', losses);
    if ((weights ?? null) === null) return reduce(each, reduction);
    const factors = cast(toTensor('computeWeightedLoss', 'weights', weights!), each.dtype);
    const stretched = broadcastTo(factors, each.shape);
    const weighted = mul(each, stretched);
    if (reduction === Reduction.MEAN) return divNoNan(sum(weighted), sum(stretched));
    if (reduction !== Reduction.SUM_BY_NONZERO_WEIGHTS) return reduce(weighted, reduction);
    return divNoNan(sum(weighted), sum(cast(notEqual(stretched, 0), each.dtype)));
  });
}

function reduce(losses: Tensor, reduction: Reduction): Tensor {
  switch (reduction) {
    case Reduction.NONE:
      return losses;
    case Reduction.SUM:
      return sum(losses);
    case Reduction.MEAN:
    case Reduction.SUM_BY_NONZERO_WEIGHTS:
      return mean(losses);
    default:
      throw new ValueError(`computeWeightedLoss: reduction is ${show(reduction)}, expected a Reduction`);
  }
}

/** Convert labels and predictions to float tensors of one shape, and weight and reduce the loss of each element. */
export function weighted(
  name: string,
  labels: TensorLike,
  predictions: TensorLike,
  weights: TensorLike | null | undefined,
  reduction: Reduction | null | undefined,
  elementwise: (labels: Tensor, predictions: Tensor) => Tensor,
): Tensor {
  return tidy(() => {
    const given = toTensor(name, 'predictions', predictions);
    const expected = toTensor(name, 'labels', labels);
    if (!sameShape(expected.shape, given.shape)) {
      throw new ShapeError(
        `${name}: labels are ${formatShape(expected.shape)}, expected ${formatShape(given.shape)}, the shape of predictions`,
      );
    }
    return computeWeightedLoss(elementwise(cast(expected, given.dtype), given), weights, reduction);
  });
}
