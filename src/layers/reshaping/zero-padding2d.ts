import { pad } from '../../ops/pad.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, fourSides, type ImageLayout, onlyImages, type Sides } from '../base/options.js';

export interface ZeroPadding2DOptions extends LayerOptions, ImageLayout {
  /** Rows and columns to add: one number, [vertical, horizontal], or [[top, bottom], [left, right]]; default 1. */
  readonly padding?: Sides;
}

/** Zeros around images. Input [batch, height, width, channels], output [batch, height + top + bottom, width + left + right, channels]. */
export class ZeroPadding2D extends Layer {
  static override readonly className = 'ZeroPadding2D';

  private readonly padding: [[number, number], [number, number]];

  constructor(options: ZeroPadding2DOptions = {}) {
    super(options);
    assertChannelsLast(this.describe(), options.dataFormat);
    this.padding = fourSides(this.describe(), 'padding', options.padding ?? 1);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return pad(onlyImages(inputs), [[0, 0], ...this.padding, [0, 0]]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), padding: this.padding, dataFormat: 'channels_last' };
  }
}
