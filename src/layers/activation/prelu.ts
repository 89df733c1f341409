import { ValueError } from '../../base/errors.js';
import { anyOf, listOf, positiveInteger } from '../../base/options.js';
import { prelu } from '../../ops/activations.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

const OPTIONS = {
  ...weight('alpha', 'zeros'),
  /** Axes that share a slope, counted from 1: [1, 2] for one slope per channel; default none. */
  sharedAxes: anyOf(positiveInteger(), listOf(positiveInteger())).nullable().default(null),
};

/**
 * x right of zero, alpha · x left of it, with a learned slope.
 * Output shaped as the input [batch, ...]; weight alpha [...], 1 along shared axes.
 * @see He et al., arXiv:1502.01852
 */
export class PReLU extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'PReLU';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  private alpha!: Weight;

  override build([, ...shape]: SymbolicShape): void {
    for (const axis of [this.options.sharedAxes ?? []].flat()) {
      if (axis > shape.length) {
        throw new ValueError(`${this.describe()}: sharedAxes has ${axis}, the input's last axis is ${shape.length}`);
      }
      shape[axis - 1] = 1;
    }
    this.alpha = this.addWeightFrom('alpha', shape);
  }

  override call(x: Tensor): Tensor {
    return prelu(x, this.alpha.read());
  }
}
