import type { Tensor } from '../tensor/tensor.js';

/** A projection of a weight, applied after each update. */
export interface Constraint {
  /** Keras's class name: `MaxNorm`. */
  readonly className: string;
  apply(weight: Tensor): Tensor;
  getConfig(): Record<string, unknown>;
}
