import type { Tensor } from '../tensor/tensor.js';

/** A penalty on a weight, added to the loss. */
export interface Regularizer {
  /** Keras's class name: `L2`. */
  readonly className: string;
  /** A scalar. */
  apply(weight: Tensor): Tensor;
  getConfig(): Record<string, unknown>;
}
