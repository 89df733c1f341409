import { ShapeError } from '../../base/errors.js';
import { number } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
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
  /** Only `'channelsLast'`. */
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

/** A layer that drops whole channels of inputs of one rank. */
abstract class SpatialDropout extends NoiseLayer<typeof SPATIAL_OPTIONS> {
  protected abstract readonly rank: number;

  protected override alter(x: Tensor): Tensor {
    if (x.rank !== this.rank) {
      throw new ShapeError(`the input is ${formatShape(x.shape)}, expected ${this.rank} axes, the last for channels`);
    }
    const shape = x.shape.map((size, axis) => (axis === 0 || axis === x.rank - 1 ? size : 1));
    return dropout(x, this.options.rate, shape, this.seeds.next());
  }
}

/** Dropout of whole channels of sequences. Input and output [batch, steps, channels]. */
export class SpatialDropout1D extends SpatialDropout {
  static override readonly className = 'SpatialDropout1D';
  static override readonly options = SPATIAL_OPTIONS;
  protected override readonly rank = 3;
}

/** Dropout of whole channels of volumes. Input and output [batch, depth, height, width, channels]. */
export class SpatialDropout3D extends SpatialDropout {
  static override readonly className = 'SpatialDropout3D';
  static override readonly options = SPATIAL_OPTIONS;
  protected override readonly rank = 5;
}
