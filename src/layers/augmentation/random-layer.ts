import type { OptionTable } from '../../base/options.js';
import type { Tensor } from '../../tensor/tensor.js';
import { seed } from '../base/common-options.js';
import { ImageLayer } from '../base/image-layer.js';
import { floatImages } from '../base/input-checks.js';
import type { CallOptions } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';

/** Options of every layer that changes images randomly. */
export const RANDOM = {
  /** Default: the stream of `setSeed`. */
  seed: seed(),
};

/**
 * A layer that changes images randomly in training, and returns them otherwise. [batch, height, width, channels].
 */
export abstract class RandomLayer<Own extends OptionTable> extends ImageLayer<typeof RANDOM & Own> {
  static override readonly options: OptionTable = RANDOM;

  protected readonly seeds = new SeedSequence(this.options.seed);

  /** @param x float images, in training */
  protected abstract augment(x: Tensor): Tensor;

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const images = floatImages(x);
    return training ? this.augment(images) : images;
  }
}
