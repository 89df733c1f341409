import { ValueError } from '../../base/errors.js';
import { add, mul } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';

export interface RescalingOptions extends LayerOptions {
  /** One number, or one a channel. */
  readonly scale: number | readonly number[];
  /** One number, or one a channel; default 0. */
  readonly offset?: number | readonly number[];
}

/** x · scale + offset: 1/255 brings bytes to [0, 1]. Output shaped as the input, floats. */
export class Rescaling extends Layer {
  static override readonly className = 'Rescaling';

  private readonly scale: number | readonly number[];
  private readonly offset: number | readonly number[];

  constructor(options: RescalingOptions) {
    super(options);
    this.scale = options.scale;
    this.offset = options.offset ?? 0;
    for (const [name, value] of Object.entries({ scale: this.scale, offset: this.offset })) {
      if (![value].flat().every(Number.isFinite)) {
        throw new ValueError(
          `${this.describe()}: ${name} is ${JSON.stringify(value)}, expected a finite number, or one a channel`,
        );
      }
    }
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const scaled = mul(onlyTensor(inputs), this.scale);
    return this.offset === 0 ? scaled : add(scaled, this.offset);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), scale: this.scale, offset: this.offset };
  }
}
