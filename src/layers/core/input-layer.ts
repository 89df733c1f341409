import { DTYPES } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import { type Given, integer, listOf, oneOf, readOptions, string } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerOptions } from '../base/layer.js';
import type { SymbolicTensor } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';

/** Where a graph begins: passes its input on. */
export class InputLayer extends UnaryLayer {
  static override readonly className = 'InputLayer';
  static override readonly options = {};

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

const shape = () => listOf(integer({ min: 0 }).nullable());

const INPUT_OPTIONS = {
  /** Without the batch; null for an axis of any size. */
  shape: shape().optional(),
  /** With the batch. */
  batchShape: shape().optional(),
  name: string().optional(),
  /** Default float32, see `setFloatx`. */
  dtype: oneOf(DTYPES).optional(),
};

/**
 * A place where a functional model takes a tensor.
 * @throws ValueError when no shape is given
 * @example const x = input({ shape: [28, 28, 1] });
 */
export function input(options: Given<typeof INPUT_OPTIONS>): SymbolicTensor {
  const { shape, batchShape, name, dtype } = readOptions('input', INPUT_OPTIONS, options);
  const layer = new InputLayer({ inputShape: shape, batchInputShape: batchShape, name, inputDType: dtype });
  return layer.output as SymbolicTensor;
}
