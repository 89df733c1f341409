import { number, positiveInteger } from '../../base/options.js';
import * as initializers from '../../initializers/constants.js';
import { mul } from '../../ops/arithmetic.js';
import { dropout } from '../../ops/dropout.js';
import type { Tensor } from '../../tensor/tensor.js';
import { seed } from '../base/common-options.js';
import type { CallOptions } from '../base/layer.js';
import { SeedSequence } from '../base/seed-sequence.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';

const LAYER_SCALE = {
  /** Initial factor of each channel. */
  initValues: number(),
  /** Channels. */
  projectionDim: positiveInteger(),
};

/**
 * Multiplies each channel by a learned number. Input and output [..., projectionDim]; weights gamma [projectionDim].
 * @see Touvron et al., "Going deeper with Image Transformers", arXiv:2103.17239
 */
export class LayerScale extends UnaryLayer<typeof LAYER_SCALE> {
  static override readonly className = 'LayerScale';
  static override readonly options = LAYER_SCALE;
  override readonly supportsMasking = true;

  private gamma!: Weight;

  override build(): void {
    const { initValues, projectionDim } = this.options;
    this.gamma = this.addWeight('gamma', [projectionDim], initializers.constant({ value: initValues }));
  }

  override call(x: Tensor): Tensor {
    return mul(x, this.gamma.read());
  }
}

const STOCHASTIC_DEPTH = {
  /** Fraction of samples whose branch becomes 0 in training, in [0, 1). */
  dropPathRate: number({ min: 0, below: 1 }),
  /** Default: the stream of `setSeed`. */
  seed: seed(),
};

/**
 * In training, sets a residual branch to 0 for a random fraction of the samples, and scales it for the others. Output
 * shaped as the input.
 * @see Huang et al., "Deep Networks with Stochastic Depth", arXiv:1603.09382
 */
export class StochasticDepth extends UnaryLayer<typeof STOCHASTIC_DEPTH> {
  static override readonly className = 'StochasticDepth';
  static override readonly options = STOCHASTIC_DEPTH;
  override readonly supportsMasking = true;

  private readonly seeds = new SeedSequence(this.options.seed);

  override call(x: Tensor, { training }: CallOptions): Tensor {
    const { dropPathRate } = this.options;
    if (!training || dropPathRate === 0) return x;
    return dropout(x, dropPathRate, [x.shape[0], ...x.shape.slice(1).map(() => 1)], this.seeds.next());
  }
}
