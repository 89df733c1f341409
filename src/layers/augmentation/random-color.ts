import { accept, option } from '../../base/options.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { mean } from '../../ops/reductions.js';
import { clipByValue } from '../../ops/unary.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { RandomLayer } from './random-layer.js';
import { drawFrom, type Factor, factor } from './random-range.js';

const isRange = (value: unknown): boolean => Array.isArray(value) && value.length === 2 && value[0] < value[1];

const bounds = factor(-1, 1);

const COLOR_OPTIONS = {
  /** Fraction of the change: ± a number, or [lower, upper] within [−1, 1]. */
  factor: bounds,
  /** Smallest and largest value; results are clipped to them. Default [0, 255]. */
  valueRange: accept<readonly [number, number]>('[lowest, highest]', isRange).default([0, 255]),
};

/** In training, changes the values of each image by one random amount. */
abstract class RandomColor<Own extends typeof COLOR_OPTIONS> extends RandomLayer<Own> {
  /** Bounds of the amount. */
  protected get amounts(): [number, number] {
    return this.options.factor;
  }

  /** @param amounts [batch, 1, 1, 1] */
  protected abstract change(x: Tensor, amounts: Tensor): Tensor;

  protected override augment(x: Tensor): Tensor {
    const batch = x.shape[0];
    const amounts = upload(drawFrom(this.amounts, batch, this.seeds.next()), [batch, 1, 1, 1], x.dtype);
    const [lowest, highest] = this.options.valueRange;
    return clipByValue(this.change(x, amounts), lowest, highest);
  }
}

const CONTRAST_OPTIONS = {
  ...COLOR_OPTIONS,
  /** A number, or [lower, upper]. */
  factor: option<[number, number], Factor>({
    expected: bounds.rules.expected,
    read: (value, place) => {
      const range = Array.isArray(value) && value.length === 2 ? [-value[0], value[1]] : value;
      const amounts = bounds.rules.read(range, place);
      return amounts && [-amounts[0], amounts[1]];
    },
  }),
};

/**
 * In training, moves each image's channels away from their means, or towards them: (x − mean) · contrast + mean, the
 * contrast in [1 − factor, 1 + factor], or [1 − lower, 1 + upper].
 */
export class RandomContrast extends RandomColor<typeof CONTRAST_OPTIONS> {
  static override readonly className = 'RandomContrast';
  static override readonly options = CONTRAST_OPTIONS;

  protected override get amounts(): [number, number] {
    const [lower, upper] = this.options.factor;
    return [-lower, upper];
  }

  protected override change(x: Tensor, amounts: Tensor): Tensor {
    const center = mean(x, [1, 2], true);
    return add(mul(sub(x, center), add(amounts, 1)), center);
  }
}

/** In training, adds to each image a fraction of the range of values, in [−factor, factor], or [lower, upper]. */
export class RandomBrightness extends RandomColor<typeof COLOR_OPTIONS> {
  static override readonly className = 'RandomBrightness';
  static override readonly options = COLOR_OPTIONS;

  protected override change(x: Tensor, amounts: Tensor): Tensor {
    const [lowest, highest] = this.options.valueRange;
    return add(x, mul(amounts, highest - lowest));
  }
}
