import type { BatchNormTail } from '../../ops/batch-norm.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { CallOptions } from './layer-options.js';

/**
 * Fusion of a layer into another's pass. A graph lets a normalization run the sum and the rectifier after it in its
 * own pass if nothing else reads the values in between: the layers remain, and so do their results.
 */
export interface PassMember {
  /** Operation of this layer that can be fused into the pass before it: the sum of two inputs, or a rectifier. */
  readonly asTail?: 'sum' | NonNullable<BatchNormTail['activation']> | null;
  /** `apply` on a tensor, with what follows it; missing where the layer has no such pass. */
  readonly applyWithTail?: ((x: Tensor, tail: BatchNormTail, options: CallOptions) => Tensor) | null;
}
