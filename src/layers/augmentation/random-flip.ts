import { oneOf } from '../../base/options.js';
import { where } from '../../ops/comparison.js';
import { reverse } from '../../ops/reverse.js';
import { uniformValues } from '../../tensor/random.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { RandomLayer } from './random-layer.js';

const OPTIONS = {
  /** Default `'horizontal_and_vertical'`. */
  mode: oneOf(['horizontal', 'vertical', 'horizontal_and_vertical']).default('horizontal_and_vertical'),
};

/**
 * In training, mirrors each image with probability ½, left to right, top to bottom, or both; else returns its input.
 */
export class RandomFlip extends RandomLayer<typeof OPTIONS> {
  static override readonly className = 'RandomFlip';
  static override readonly options = OPTIONS;

  protected override augment(x: Tensor): Tensor {
    const { mode } = this.options;
    const sideways = mode === 'vertical' ? x : this.flipSome(x, 2);
    return mode === 'horizontal' ? sideways : this.flipSome(sideways, 1);
  }

  private flipSome(x: Tensor, axis: 1 | 2): Tensor {
    const [batch] = x.shape;
    const coins = uniformValues(batch, this.seeds.next(), batch).map((value) => (value < 0.5 ? 1 : 0));
    return where(upload(coins, [batch, 1, 1, 1], 'bool'), reverse(x, axis), x);
  }
}
