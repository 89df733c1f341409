import type { Tensor } from '../../tensor/tensor.js';
import { imageLayout, seed } from '../base/common-options.js';
import { floatImages } from '../base/input-checks.js';
import type { CallOptions } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';
import { UnaryLayer } from '../base/unary-layer.js';

/** Options of every layer that changes images at random. */
export const RANDOM = {
  /** Default: the stream of `setSeed`. */
  seed: seed(),
  ...imageLayout(),
};

/** A layer that changes images at random in training, and passes them on otherwise. [batch, height, width, channels]. */
export abstract class RandomLayer<Table extends typeof RANDOM> extends UnaryLayer<Table> {
  protected readonly seeds = new SeedSequence(this.options.seed);

  /** @param x float images, in training */
  protected abstract augment(x: Tensor): Tensor;

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const images = floatImages(x);
    return training ? this.augment(images) : images;
  }
}
