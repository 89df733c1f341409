import type { Tensor } from '../../tensor/tensor.js';
import { UnaryLayer } from '../base/unary-layer.js';

/** Passes its input on. */
export class Identity extends UnaryLayer {
  static override readonly className = 'Identity';
  static override readonly options = {};
  override readonly supportsMasking = true;

  override call(x: Tensor): Tensor {
    return x;
  }
}
