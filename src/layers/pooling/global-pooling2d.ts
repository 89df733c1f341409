import { max, mean } from '../../ops/reductions.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, type ImageLayout, onlyImages } from '../base/options.js';

export interface GlobalPooling2DOptions extends LayerOptions, ImageLayout {
  /** Leaves axes of 1 for height and width; default false. */
  readonly keepDims?: boolean;
}

abstract class GlobalPooling2D extends Layer {
  protected readonly keepDims: boolean;

  constructor(options: GlobalPooling2DOptions = {}) {
    super(options);
    assertChannelsLast(this.describe(), options.dataFormat);
    this.keepDims = options.keepDims ?? false;
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: 'channels_last', keepDims: this.keepDims };
  }
}

/** The largest value of each channel. Input [batch, height, width, channels], output [batch, channels]. */
export class GlobalMaxPooling2D extends GlobalPooling2D {
  static override readonly className = 'GlobalMaxPooling2D';

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return max(onlyImages(inputs), [1, 2], this.keepDims);
  }
}

/** The mean of each channel. Input [batch, height, width, channels], output [batch, channels]. */
export class GlobalAveragePooling2D extends GlobalPooling2D {
  static override readonly className = 'GlobalAveragePooling2D';

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return mean(onlyImages(inputs), [1, 2], this.keepDims);
  }
}
