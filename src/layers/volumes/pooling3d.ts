import { boolean } from '../../base/options.js';
import { avgPool } from '../../ops/avg-pool.js';
import { maxPool } from '../../ops/max-pool.js';
import { max, mean } from '../../ops/reductions.js';
import type { Tensor } from '../../tensor/tensor.js';
import { padding } from '../base/common-options.js';
import { triple, VolumeLayer, volumes } from './volume-layer.js';
import { pool3d } from './volume-ops.js';

const POOLING = {
  /** Size of the window: one number, or [depth, height, width]; default 2. */
  poolSize: triple().default(2),
  /** Voxels from one window to the next; default the window's size. */
  strides: triple().defaultFrom(({ poolSize }) => poolSize ?? 2),
  /** Default `'valid'`. */
  padding: padding().default('valid'),
};

/** The largest value of each window. Input and output [batch, depth, height, width, channels]. */
export class MaxPooling3D extends VolumeLayer<typeof POOLING> {
  static override readonly className = 'MaxPooling3D';
  static override readonly options = POOLING;

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this.options;
    return pool3d(volumes(x), maxPool, poolSize, strides, padding);
  }
}

/** The mean of each window; padding does not count. Input and output [batch, depth, height, width, channels]. */
export class AveragePooling3D extends VolumeLayer<typeof POOLING> {
  static override readonly className = 'AveragePooling3D';
  static override readonly options = POOLING;

  override call(x: Tensor): Tensor {
    const { poolSize, strides, padding } = this.options;
    return pool3d(volumes(x), avgPool, poolSize, strides, padding);
  }
}

const GLOBAL = {
  /** Leaves axes of 1 for depth, height and width; default false. */
  keepDims: boolean().default(false),
};

/** The largest value of each channel. Input [batch, depth, height, width, channels], output [batch, channels]. */
export class GlobalMaxPooling3D extends VolumeLayer<typeof GLOBAL> {
  static override readonly className = 'GlobalMaxPooling3D';
  static override readonly options = GLOBAL;

  override call(x: Tensor): Tensor {
    return max(volumes(x), [1, 2, 3], this.options.keepDims);
  }
}

/** The mean of each channel. Input [batch, depth, height, width, channels], output [batch, channels]. */
export class GlobalAveragePooling3D extends VolumeLayer<typeof GLOBAL> {
  static override readonly className = 'GlobalAveragePooling3D';
  static override readonly options = GLOBAL;

  override call(x: Tensor): Tensor {
    return mean(volumes(x), [1, 2, 3], this.options.keepDims);
  }
}
