import type { Tensor } from '../../tensor/tensor.js';
import { activation } from '../base/common-options.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = { activation: activation() };

/** An activation by its name. Output shaped as the input. */
export class ActivationLayer extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Activation';
  static override readonly options = OPTIONS;

  override call(x: Tensor): Tensor {
    return this.options.activation.apply(x);
  }
}
