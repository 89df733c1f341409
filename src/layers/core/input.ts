// Adds operators as methods to symbolic tensors. Pages without a functional model do without them.
import './symbolic-methods.js';
import { type Given, readOptions } from '../../base/options.js';
import { LAYER_OPTIONS } from '../base/layer-options.js';
import type { SymbolicTensor } from '../base/symbolic.js';
import { InputLayer } from './input-layer.js';

const INPUT_OPTIONS = {
  /** Without the batch; null for an axis of any size. */
  shape: LAYER_OPTIONS.inputShape,
  /** With the batch. */
  batchShape: LAYER_OPTIONS.batchInputShape,
  name: LAYER_OPTIONS.name,
  /** Default float32, see `setFloatx`. */
  dtype: LAYER_OPTIONS.inputDType,
};

/**
 * Make an input of a functional model.
 * @throws ValueError when no shape is given
 * @example const x = input({ shape: [28, 28, 1] });
 */
export function input(options: Given<typeof INPUT_OPTIONS>): SymbolicTensor {
  const { shape, batchShape, name, dtype } = readOptions('input', INPUT_OPTIONS, options);
  const layer = new InputLayer({ inputShape: shape, batchInputShape: batchShape, name, inputDType: dtype });
  return layer.output as SymbolicTensor;
}
