import type { Pair } from '../../base/geometry.js';
import { avgPool } from '../../ops/avg-pool.js';
import { maxPool } from '../../ops/max-pool.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { assertChannelsLast, type ImageLayout, positivePair, samePadding } from '../base/options.js';

export interface Pooling2DOptions extends LayerOptions, ImageLayout {
  /** Size of the window: one number, or [height, width]; default 2. */
  readonly poolSize?: Pair;
  /** Pixels from one window to the next; default the window's size. */
  readonly strides?: Pair | null;
  /** Default `'valid'`. */
  readonly padding?: 'valid' | 'same';
}

abstract class Pooling2D extends Layer {
  protected readonly poolSize: [number, number];
  protected readonly strides: [number, number];
  protected readonly padding: 'valid' | 'same';

  constructor(options: Pooling2DOptions = {}) {
    super(options);
    const caller = this.describe();
    assertChannelsLast(caller, options.dataFormat);
    this.poolSize = positivePair(caller, 'poolSize', options.poolSize ?? 2);
    this.strides = positivePair(caller, 'strides', options.strides ?? this.poolSize);
    this.padding = samePadding(caller, options.padding ?? 'valid');
  }

  override getConfig(): Record<string, unknown> {
    const { poolSize, strides, padding } = this;
    return { ...super.getConfig(), poolSize, padding, strides, dataFormat: 'channels_last' };
  }
}

/** The largest value of each window. Input [batch, height, width, channels], output [batch, outHeight, outWidth, channels]. */
export class MaxPooling2D extends Pooling2D {
  static override readonly className = 'MaxPooling2D';

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return maxPool(onlyTensor(inputs), this.poolSize, this.strides, this.padding);
  }
}

/**
 * The mean of each window; padding does not count.
 * Input [batch, height, width, channels], output [batch, outHeight, outWidth, channels].
 */
export class AveragePooling2D extends Pooling2D {
  static override readonly className = 'AveragePooling2D';

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return avgPool(onlyTensor(inputs), this.poolSize, this.strides, this.padding);
  }
}
