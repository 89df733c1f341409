import type { CallOptions } from '../layers/base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../layers/base/symbolic.js';
import type { Weight } from '../layers/base/weight.js';
import type { Tensor } from '../tensor/tensor.js';

/** What training needs of a model. */
export interface TrainableModel {
  readonly name: string;
  readonly built: boolean;
  readonly inputs: readonly SymbolicTensor[];
  readonly outputs: readonly SymbolicTensor[];
  readonly inputNames: readonly string[];
  readonly outputNames: readonly string[];
  readonly trainableWeights: readonly Weight[];
  /** Penalties of regularizers, scalars. */
  readonly losses: readonly Tensor[];
  build(inputShape: SymbolicShape | readonly SymbolicShape[]): void;
  apply(inputs: readonly Tensor[], options?: CallOptions): Tensor | Tensor[];
}

/** Tensors of one step; they are the step's to free. */
export interface Batch {
  readonly xs: readonly Tensor[];
  readonly ys: readonly Tensor[];
  /** For each output [batch], or undefined where samples weigh alike. */
  readonly weights: readonly (Tensor | undefined)[];
  /** Samples. */
  readonly size: number;
}

/** One value for all, one for each in order, or by name. */
export type PerOutput<T> = T | readonly T[] | Readonly<Record<string, T>>;
