import { number } from '../../base/options.js';
import { dropout } from '../../ops/dropout.js';
import type { Tensor } from '../../tensor/tensor.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import { images } from '../base/input-checks.js';
import { maskShape, NoiseLayer, noiseShape } from './noise-layer.js';

const rate = () => number({ min: 0, below: 1 });

const DROPOUT_OPTIONS = {
  /** Fraction of values to set to 0, in [0, 1). */
  rate: rate(),
  /** Shape of the mask, with the batch; null means the input's size, axes of 1 are dropped together. */
  noiseShape: noiseShape(),
};

/**
 * In training, sets a random fraction of the values to 0 and scales the rest by 1 / (1 − rate); else passes its input
 * on.
 * @see Srivastava et al., JMLR 15 (2014)
 */
export class Dropout extends NoiseLayer<typeof DROPOUT_OPTIONS> {
  static override readonly className = 'Dropout';
  static override readonly options = DROPOUT_OPTIONS;

  protected override alter(x: Tensor): Tensor {
    return dropout(x, this.options.rate, maskShape(this.options.noiseShape, x), this.seeds.next());
  }
}

const SPATIAL_OPTIONS = {
  /** Fraction of channels to set to 0, in [0, 1). */
  rate: rate(),
  /** `'channelsLast'` alone. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/**
 * Dropout of whole channels. Input and output [batch, height, width, channels].
 * @see Tompson et al., arXiv:1411.4280
 */
export class SpatialDropout2D extends NoiseLayer<typeof SPATIAL_OPTIONS> {
  static override readonly className = 'SpatialDropout2D';
  static override readonly options = SPATIAL_OPTIONS;

  protected override alter(x: Tensor): Tensor {
    const { shape } = images(x);
    return dropout(x, this.options.rate, [shape[0], 1, 1, shape[3]], this.seeds.next());
  }
}
