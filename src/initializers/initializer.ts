import type { DType } from '../base/dtype.js';
import type { Shape } from '../base/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** Makes the first value of a weight. */
export interface Initializer {
  /** Keras's class name: `GlorotUniform`. */
  readonly className: string;
  /** @param seed used when the initializer has no seed */
  apply(shape: Shape, dtype: DType, seed: number): Tensor;
  getConfig(): Record<string, unknown>;
}
