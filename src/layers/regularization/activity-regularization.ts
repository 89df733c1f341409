import { number } from '../../base/options.js';
import { regularizers } from '../../regularizers/index.js';
import type { Tensor } from '../../tensor/tensor.js';
import { addToLoss, isCollecting } from '../base/added-losses.js';
import { UnaryLayer } from '../base/unary-layer.js';

const OPTIONS = {
  /** Factor of Σ |x|; default 0. */
  l1: number({ min: 0 }).default(0),
  /** Factor of Σ x²; default 0. */
  l2: number({ min: 0 }).default(0),
};

/**
 * Adds l1 · Σ |x| + l2 · Σ x² to the loss, over the whole batch. Output as input.
 * @see keras.layers.ActivityRegularization
 */
export class ActivityRegularization extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'ActivityRegularization';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  private readonly penalty = regularizers.l1l2({ l1: this.options.l1, l2: this.options.l2 });

  override call(x: Tensor): Tensor {
    if (isCollecting()) addToLoss(this.penalty.apply(x));
    return x;
  }
}
