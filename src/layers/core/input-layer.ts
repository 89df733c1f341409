import type { DType } from '../../base/dtype.js';
import { ValueError } from '../../base/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import { asList, Layer, type LayerOptions } from '../base/layer.js';
import type { SymbolicShape, SymbolicTensor } from '../base/symbolic.js';

/** Where a graph begins: passes its input on. */
export class InputLayer extends Layer {
  static override readonly className = 'InputLayer';

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

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return asList(inputs)[0];
  }
}

export interface InputOptions {
  /** Without the batch; null for an axis of any size. */
  readonly shape?: SymbolicShape;
  /** With the batch. */
  readonly batchShape?: SymbolicShape;
  readonly name?: string;
  readonly dtype?: DType;
}

/**
 * A place where a functional model takes a tensor.
 * @throws ValueError when no shape is given
 * @example const x = input({ shape: [28, 28, 1] });
 */
export function input({ shape, batchShape, name, dtype }: InputOptions): SymbolicTensor {
  const layer = new InputLayer({ inputShape: shape, batchInputShape: batchShape, name, inputDType: dtype });
  return layer.output as SymbolicTensor;
}
