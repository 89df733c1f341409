import { listOf, string } from '../base/options.js';
import { div } from '../ops/arithmetic.js';
import { sum } from '../ops/broadcast.js';
import { greater, where } from '../ops/comparison.js';
import { onesLike } from '../ops/creation.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import { WEIGHT_DECAY } from './weight-decay.js';

/** Weights that LARS and LAMB treat as other optimizers do, by parts of their names. */
export const EXCLUSIONS = {
  /** Parts of the names of weights that do not decay: `['bias', 'batch_normalization']`; default none. */
  excludeFromWeightDecay: WEIGHT_DECAY.excludeFromWeightDecay,
  /** Parts of the names of weights whose rate is not adapted; default excludeFromWeightDecay. */
  excludeFromLayerAdaptation: listOf(string())
    .defaultFrom(({ excludeFromWeightDecay }) => excludeFromWeightDecay ?? [])
    .inConfig((names) => (names.length > 0 ? names : undefined)),
};

/** The Euclidean norm of a tensor, a scalar on the device. */
export const normOf = (x: Tensor): Tensor => sqrt(sum(square(x)));

/** numerator / denominator, or 1 where either is 0: a new layer of zeros must be able to leave them. */
export function trustRatio(numerator: Tensor, denominator: Tensor): Tensor {
  const one = onesLike(numerator);
  const divisor = where(greater(denominator, 0), denominator, one);
  return where(greater(numerator, 0), where(greater(denominator, 0), div(numerator, divisor), one), one);
}
