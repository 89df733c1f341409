import { ShapeError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { innerLayer } from '../base/inner-layer.js';
import type { CallOptions, Layer } from '../base/layer.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** The layer that is applied to every step. */
  layer: innerLayer<Layer>('a layer'),
};

/**
 * One layer applied to every step of a sequence, with the same weights: all steps go through it as one batch. Input
 * [batch, time, ...]; output [batch, time, ...], the outputs of the layer for each step.
 */
export class TimeDistributed extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'TimeDistributed';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  readonly layer = this.options.layer;

  override build(shape: SymbolicShape): void {
    if (shape.length < 3) {
      throw new ShapeError(`${this.describe()}: the input is [${shape}], expected [batch, time, features, ...]`);
    }
    this.layer.buildFor([shape[0], ...shape.slice(2)]);
  }

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const [batch, time, ...rest] = x.shape;
    const result = this.layer.apply(reshape(x, [batch * time, ...rest]), { training: training ?? false });
    if (Array.isArray(result)) throw new ShapeError(`${this.layer.describe()} has several outputs, expected one`);
    const y = result as Tensor;
    if (y.shape[0] !== batch * time) {
      throw new ShapeError(
        `${this.layer.describe()} made ${formatShape(y.shape)} of ${batch * time} steps, expected the batch first`,
      );
    }
    return reshape(y, [batch, time, ...y.shape.slice(1)]);
  }
}
