import { ShapeError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions } from '../base/layer.js';
import { assertChannelsLast, fourSides, type ImageLayout, onlyImages, type Sides } from '../base/options.js';

export interface Cropping2DOptions extends LayerOptions, ImageLayout {
  /** Rows and columns to cut off: one number, [vertical, horizontal], or [[top, bottom], [left, right]]; default 0. */
  readonly cropping?: Sides;
}

/** Images without their border. Input [batch, height, width, channels], output [batch, height − top − bottom, width − left − right, channels]. */
export class Cropping2D extends Layer {
  static override readonly className = 'Cropping2D';

  private readonly cropping: [[number, number], [number, number]];

  constructor(options: Cropping2DOptions = {}) {
    super(options);
    assertChannelsLast(this.describe(), options.dataFormat);
    this.cropping = fourSides(this.describe(), 'cropping', options.cropping ?? 0);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyImages(inputs);
    const [[top, bottom], [left, right]] = this.cropping;
    const [batch, height, width, channels] = x.shape;
    if (top + bottom >= height || left + right >= width) {
      throw new ShapeError(
        `cropping ${JSON.stringify(this.cropping)} leaves nothing of the input ${formatShape(x.shape)}`,
      );
    }
    return slice(x, [0, top, left, 0], [batch, height - top - bottom, width - left - right, channels]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), cropping: this.cropping, dataFormat: 'channels_last' };
  }
}
