import type { DType } from '../base/dtype.js';
import type { Shape } from '../base/shape.js';
import type { Tensor } from '../tensor/tensor.js';

/** How a weight starts. */
export interface Initializer {
  /** Keras's class name: `GlorotUniform`. */
  readonly className: string;
  /** @param seed used when the initializer has none of its own */
  apply(shape: Shape, dtype: DType, seed: number): Tensor;
  getConfig(): Record<string, unknown>;
}
