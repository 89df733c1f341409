import { concat } from '../../ops/concat.js';
import { max, mean } from '../../ops/reductions.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { pair, single } from '../base/common-options.js';
import { IMAGE_LAYOUT, ImageLayer } from '../base/image-layer.js';
import { images } from '../base/input-checks.js';
import { sequences } from '../base/sequences.js';
import { UnaryLayer } from '../base/unary-layer.js';
import { triple, VolumeLayer, volumes } from '../volumes/volume-layer.js';

/** Window i of n along an axis, PyTorch's and Keras's rule: from ⌊i · size / n⌋ to ⌈(i + 1) · size / n⌉. */
function windows(size: number, count: number): [first: number, length: number][] {
  return Array.from({ length: count }, (_, i) => {
    const first = Math.floor((i * size) / count);
    return [first, Math.ceil(((i + 1) * size) / count) - first];
  });
}

/** Reduce each window along an axis. */
function poolAxis(x: Tensor, axis: number, count: number, reduce: typeof mean): Tensor {
  const parts = windows(x.shape[axis], count).map(([first, length]) => {
    const begin = x.shape.map((_, i) => (i === axis ? first : 0));
    const size = x.shape.map((whole, i) => (i === axis ? length : whole));
    return reduce(slice(x, begin, size), axis, true);
  });
  return parts.length === 1 ? parts[0] : concat(parts, axis);
}

/** Windows of a mean or maximum may be taken axis by axis. */
const pool = (x: Tensor, counts: readonly number[], reduce: typeof mean): Tensor =>
  counts.reduce((pooled, count, axis) => poolAxis(pooled, axis + 1, count, reduce), x);

const SEQUENCES = {
  /** Steps of the output. */
  outputSize: single(),
  /** Only `'channelsLast'`. */
  dataFormat: IMAGE_LAYOUT.dataFormat,
};

/**
 * Average over windows, one for each of the steps of the output, for any input length. Input [batch, steps, channels],
 * output
 * [batch, outputSize, channels].
 */
export class AdaptiveAveragePooling1D extends UnaryLayer<typeof SEQUENCES> {
  static override readonly className = 'AdaptiveAveragePooling1D';
  static override readonly options = SEQUENCES;

  override call(x: Tensor): Tensor {
    return pool(sequences(x), [this.options.outputSize], mean);
  }
}

/** The largest values of as many windows. See `AdaptiveAveragePooling1D`. */
export class AdaptiveMaxPooling1D extends UnaryLayer<typeof SEQUENCES> {
  static override readonly className = 'AdaptiveMaxPooling1D';
  static override readonly options = SEQUENCES;

  override call(x: Tensor): Tensor {
    return pool(sequences(x), [this.options.outputSize], max);
  }
}

const IMAGES = {
  /** Size of the output: one number, or [height, width]. */
  outputSize: pair(),
};

/**
 * Average over windows, one for each of the pixels of the output, for any input size. Input [batch, height, width,
 * channels], output [batch, ...outputSize, channels].
 */
export class AdaptiveAveragePooling2D extends ImageLayer<typeof IMAGES> {
  static override readonly className = 'AdaptiveAveragePooling2D';
  static override readonly options = IMAGES;

  override call(x: Tensor): Tensor {
    return pool(images(x), this.options.outputSize, mean);
  }
}

/** The maxima of the same windows. See `AdaptiveAveragePooling2D`. */
export class AdaptiveMaxPooling2D extends ImageLayer<typeof IMAGES> {
  static override readonly className = 'AdaptiveMaxPooling2D';
  static override readonly options = IMAGES;

  override call(x: Tensor): Tensor {
    return pool(images(x), this.options.outputSize, max);
  }
}

const VOLUMES = {
  /** Size of the output: one number, or [depth, height, width]. */
  outputSize: triple(),
};

/**
 * Average over windows, one for each of the voxels of the output, for any input size. Input [batch, depth, height,
 * width,
 * channels], output [batch, ...outputSize, channels].
 */
export class AdaptiveAveragePooling3D extends VolumeLayer<typeof VOLUMES> {
  static override readonly className = 'AdaptiveAveragePooling3D';
  static override readonly options = VOLUMES;

  override call(x: Tensor): Tensor {
    return pool(volumes(x), this.options.outputSize, mean);
  }
}

/** The maxima of the same windows. See `AdaptiveAveragePooling3D`. */
export class AdaptiveMaxPooling3D extends VolumeLayer<typeof VOLUMES> {
  static override readonly className = 'AdaptiveMaxPooling3D';
  static override readonly options = VOLUMES;

  override call(x: Tensor): Tensor {
    return pool(volumes(x), this.options.outputSize, max);
  }
}
