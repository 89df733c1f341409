// Adds operators as methods to symbolic tensors, which start here.
import './symbolic-methods.js';
import { ValueError } from '../../base/errors.js';
import { type Given, readOptions } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { LAYER_OPTIONS, type LayerOptions } from '../base/layer-options.js';
import type { SymbolicTensor } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';

/** The start of a graph: returns its input. */
export class InputLayer extends UnaryLayer {
  static override readonly className = 'InputLayer';
  static override readonly options = {};
  override readonly supportsMasking = true;

  constructor(options: LayerOptions) {
    super(options);
    if (!this.batchInputShape) throw new ValueError(`${this.describe()}: neither inputShape nor batchInputShape given`);
    this.built = true;
    this.addNode([], [{ shape: this.batchInputShape, dtype: this.inputDType }], {});
  }

  protected override get defaultName(): string {
    return 'input';
  }

  override getConfig(): Record<string, unknown> {
    return { name: this.name, batchInputShape: this.batchInputShape, dtype: this.inputDType };
  }

  override call(x: Tensor): Tensor {
    return x;
  }
}

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
