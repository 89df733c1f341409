import { ShapeError, ValueError } from '../../base/errors.js';
import { sizeOf } from '../../base/shape.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { onlyTensor } from '../base/layer.js';
import { axisOf, positiveInteger, singleShape } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { AffineNormalization, type AffineNormalizationOptions } from './affine-normalization.js';
import { standardize } from './layer-normalization.js';

export interface GroupNormalizationOptions extends AffineNormalizationOptions {
  /** How many groups the channels make; default 32, −1 for one a channel. */
  readonly groups?: number;
  /** The axis of channels; the last alone. */
  readonly axis?: number;
}

/**
 * Each example normalised by the mean and biased variance of each group of its channels.
 * Input and output [batch, ..., channels]; weights gamma and beta [channels].
 * @see Wu and He, arXiv:1803.08494
 */
export class GroupNormalization extends AffineNormalization {
  static override readonly className = 'GroupNormalization';

  private readonly groups: number;
  private readonly axis: number;

  constructor(options: GroupNormalizationOptions = {}) {
    super(options);
    const caller = this.describe();
    this.groups = options.groups === -1 ? -1 : positiveInteger(caller, 'groups', options.groups ?? 32);
    this.axis = options.axis ?? -1;
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const caller = this.describe();
    const inputs = singleShape(caller, inputShape);
    const channels = inputs.at(-1);
    if (inputs.length < 2 || typeof channels !== 'number') {
      throw new ShapeError(`${caller}: the input is [${inputs}], expected [batch, ..., channels], channels known`);
    }
    if (axisOf(caller, this.axis, inputs.length) !== inputs.length - 1) {
      throw new ValueError(`${caller}: axis is ${this.axis}, expected -1, the last`);
    }
    if (this.groups !== -1 && channels % this.groups !== 0) {
      throw new ValueError(`${caller}: groups is ${this.groups}, expected a divisor of the ${channels} channels`);
    }
    this.addGammaAndBeta([channels]);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const channels = x.shape.at(-1)!;
    const groups = this.groups === -1 ? channels : this.groups;
    const grouped = reshape(x, [x.shape[0], sizeOf(x.shape.slice(1, -1)), groups, channels / groups]);
    return this.scaledAndShifted(reshape(standardize(grouped, [1, 3], this.epsilon), x.shape));
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), groups: this.groups, axis: this.axis };
  }
}
