import { ValueError } from '../../base/errors.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { mean } from '../../ops/reductions.js';
import { clipByValue } from '../../ops/unary.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { type CallOptions, Layer, type LayerOptions } from '../base/layer.js';
import { onlyFloatImages } from '../base/options.js';
import { SeedSequence } from '../base/seed-sequence.js';
import { drawFrom, type Factor, factorRange } from './random-range.js';

export interface RandomColorOptions extends LayerOptions {
  /** Bounds of the change; see each layer. */
  readonly factor: Factor;
  /** The darkest and the brightest value; results are held within. Default [0, 255]. */
  readonly valueRange?: readonly [number, number];
  readonly seed?: number | null;
}

/** In training, changes the values of each image by one random amount. [batch, height, width, channels]. */
abstract class RandomColor extends Layer {
  protected readonly valueRange: readonly [number, number];
  private readonly factor: Factor;
  private readonly amounts: [number, number];
  private readonly seeds: SeedSequence;

  constructor(options: RandomColorOptions) {
    super(options);
    const caller = this.describe();
    this.factor = options.factor;
    this.amounts = this.boundsOf(options.factor);
    this.valueRange = options.valueRange ?? [0, 255];
    if (!(this.valueRange.length === 2 && this.valueRange[0] < this.valueRange[1])) {
      throw new ValueError(`${caller}: valueRange is [${this.valueRange}], expected [lowest, highest]`);
    }
    this.seeds = new SeedSequence(caller, options.seed);
  }

  /** The least and the largest amount. */
  protected boundsOf(factor: Factor): [number, number] {
    return factorRange(this.describe(), 'factor', factor, -1, 1);
  }

  /** @param amounts [batch, 1, 1, 1], within the factor's bounds */
  protected abstract change(x: Tensor, amounts: Tensor): Tensor;

  override call(inputs: Tensor | readonly Tensor[], { training }: CallOptions): Tensor {
    const x = onlyFloatImages(inputs);
    if (!training) return x;
    const batch = x.shape[0];
    const amounts = upload(drawFrom(this.amounts, batch, this.seeds.next()), [batch, 1, 1, 1], x.dtype);
    return clipByValue(this.change(x, amounts), ...this.valueRange);
  }

  override getConfig(): Record<string, unknown> {
    const { factor, valueRange, seeds } = this;
    return { ...super.getConfig(), factor, valueRange, seed: seeds.seed };
  }
}

/**
 * In training, draws each image's channels away from their means, or towards them: (x − mean) · contrast + mean, the contrast
 * in [1 − factor, 1 + factor], or [1 − lower, 1 + upper].
 */
export class RandomContrast extends RandomColor {
  static override readonly className = 'RandomContrast';

  protected override boundsOf(factor: Factor): [number, number] {
    return super.boundsOf(Array.isArray(factor) ? [-factor[0], factor[1]] : factor);
  }

  protected override change(x: Tensor, amounts: Tensor): Tensor {
    const center = mean(x, [1, 2], true);
    return add(mul(sub(x, center), add(amounts, 1)), center);
  }
}

/** In training, adds to each image a share of the range of values, in [−factor, factor], or [lower, upper]. */
export class RandomBrightness extends RandomColor {
  static override readonly className = 'RandomBrightness';

  protected override change(x: Tensor, amounts: Tensor): Tensor {
    return add(x, mul(amounts, this.valueRange[1] - this.valueRange[0]));
  }
}
