import { ShapeError } from '../../base/errors.js';
import { integer, pairOf, positiveInteger } from '../../base/options.js';
import { formatShape } from '../../base/shape.js';
import { broadcastTo } from '../../ops/broadcast.js';
import { pad } from '../../ops/pad.js';
import { reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { IMAGE_LAYOUT } from '../base/image-layer.js';
import { sequences } from '../base/sequences.js';
import { UnaryLayer } from '../base/unary-layer.js';

const CROPPING = {
  /** Steps to cut off: one number, or [before, after]; default 1. */
  cropping: pairOf(integer({ min: 0 })).default(1),
};

/** Sequences without their ends. Input [batch, steps, channels], output [batch, steps − before − after, channels]. */
export class Cropping1D extends UnaryLayer<typeof CROPPING> {
  static override readonly className = 'Cropping1D';
  static override readonly options = CROPPING;

  override call(x: Tensor): Tensor {
    const [before, after] = this.options.cropping;
    const [batch, steps, channels] = sequences(x).shape;
    if (before + after >= steps) {
      throw new ShapeError(`cropping [${before},${after}] leaves nothing of the input ${formatShape(x.shape)}`);
    }
    return slice(x, [0, before, 0], [batch, steps - before - after, channels]);
  }
}

const PADDING = {
  /** Steps to add: one number, or [before, after]; default 1. */
  padding: pairOf(integer({ min: 0 })).default(1),
  /** Only `'channelsLast'`. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/** Zeros around sequences. Input [batch, steps, channels], output [batch, steps + before + after, channels]. */
export class ZeroPadding1D extends UnaryLayer<typeof PADDING> {
  static override readonly className = 'ZeroPadding1D';
  static override readonly options = PADDING;

  override call(x: Tensor): Tensor {
    return pad(sequences(x), [[0, 0], this.options.padding, [0, 0]]);
  }
}

const UP_SAMPLING = {
  /** How often each step is repeated; default 2. */
  size: positiveInteger().default(2),
};

/** Each step repeated. Input [batch, steps, channels], output [batch, steps · size, channels]. */
export class UpSampling1D extends UnaryLayer<typeof UP_SAMPLING> {
  static override readonly className = 'UpSampling1D';
  static override readonly options = UP_SAMPLING;

  override call(x: Tensor): Tensor {
    const { size } = this.options;
    const [batch, steps, channels] = sequences(x).shape;
    const repeated = broadcastTo(reshape(x, [batch, steps, 1, channels]), [batch, steps, size, channels]);
    return reshape(repeated, [batch, steps * size, channels]);
  }
}
