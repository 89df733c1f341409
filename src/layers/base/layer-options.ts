import type { DType } from '../../base/dtype.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from './symbolic.js';

/** What every layer takes. */
export interface LayerOptions {
  /** Default: the class's name in snake case, numbered. */
  readonly name?: string;
  /** Default true; a frozen layer's weights get no updates. */
  readonly trainable?: boolean;
  /** Of the weights; default what `setFloatx` chose, float32. */
  readonly dtype?: DType;
  /** Shape of the input without the batch; lets a layer be the first of a sequential model. */
  readonly inputShape?: SymbolicShape;
  /** Shape of the input with the batch. */
  readonly batchInputShape?: SymbolicShape;
  /** Default any. */
  readonly batchSize?: number;
  /** Default that of the weights. */
  readonly inputDType?: DType;
  /** Values of the weights, in the order of `getWeights`. */
  readonly weights?: readonly Tensor[];
}

/** How a layer is called. */
export interface CallOptions {
  /** Default false: dropout drops and batch norm uses the batch's statistics in training alone. */
  readonly training?: boolean;
  readonly [option: string]: unknown;
}
