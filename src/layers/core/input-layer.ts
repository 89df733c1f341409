import { ValueError } from '../../base/errors.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { LayerOptions } from '../base/layer-options.js';
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
