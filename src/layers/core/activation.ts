import type { Rectifier } from '../../backends/kernels.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation } from '../base/common-options.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = { activation: activation() };

/** An activation by its name. Output shaped as the input. */
export class ActivationLayer extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Activation';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  override call(x: Tensor): Tensor {
    return this.options.activation.apply(x);
  }

  override get asTail(): Rectifier | null {
    const fused = this.constructor === ActivationLayer ? this.options.activation.fused?.activation : null;
    return fused === 'relu' || fused === 'relu6' ? fused : null;
  }
}
