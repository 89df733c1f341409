import { ShapeError, ValueError } from '../../base/errors.js';
import { accept, integer } from '../../base/options.js';
import { sizeOf } from '../../base/shape.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { axisOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { AffineNormalization } from './affine-normalization.js';
import { standardize } from './layer-normalization.js';

const OPTIONS = {
  /** Number of channel groups; default 32, −1 for one per channel. */
  groups: accept<number>(
    'an integer ≥ 1, or -1 for one group per channel',
    (value) => Number.isSafeInteger(value) && ((value as number) >= 1 || value === -1),
  ).default(32),
  /** The axis of channels; only the last is supported. */
  axis: integer().default(-1),
};

/**
 * Normalizes each example by the mean and biased variance of each group of its channels.
 * Input and output [batch, ..., channels]; weights gamma and beta [channels].
 * @see Wu and He, arXiv:1803.08494
 */
export class GroupNormalization extends AffineNormalization<typeof OPTIONS> {
  static override readonly className = 'GroupNormalization';
  static override readonly options = OPTIONS;

  override build(shape: SymbolicShape): void {
    const caller = this.describe();
    const { axis, groups } = this.options;
    const channels = shape.at(-1);
    if (shape.length < 2 || typeof channels !== 'number') {
      throw new ShapeError(`${caller}: the input is [${shape}], expected [batch, ..., channels], channels known`);
    }
    if (axisOf(caller, axis, shape.length) !== shape.length - 1) {
      throw new ValueError(`${caller}: axis is ${axis}, expected -1, the last`);
    }
    if (groups !== -1 && channels % groups !== 0) {
      throw new ValueError(`${caller}: groups is ${groups}, expected a divisor of the ${channels} channels`);
    }
    this.addGammaAndBeta([channels]);
  }

  override call(x: Tensor): Tensor {
    const channels = x.shape.at(-1)!;
    const groups = this.options.groups === -1 ? channels : this.options.groups;
    const grouped = reshape(x, [x.shape[0], sizeOf(x.shape.slice(1, -1)), groups, channels / groups]);
    return this.scaledAndShifted(reshape(standardize(grouped, [1, 3], this.options.epsilon), x.shape));
  }
}
