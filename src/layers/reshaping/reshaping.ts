import { ShapeError, ValueError } from '../../base/errors.js';
import { sizeOf } from '../../base/shape.js';
import { reshape } from '../../ops/reshape.js';
import { transpose } from '../../ops/transpose.js';
import type { Tensor } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { assertChannelsLast, type ImageLayout } from '../base/options.js';

export interface FlattenOptions extends LayerOptions, ImageLayout {}

/** All values of each example in one axis. Input [batch, ...], output [batch, values]; copies nothing. */
export class Flatten extends Layer {
  static override readonly className = 'Flatten';

  constructor(options: FlattenOptions = {}) {
    super(options);
    assertChannelsLast(this.describe(), options.dataFormat);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    if (x.rank === 0) throw new ShapeError('the input is a scalar, expected [batch, ...]');
    return reshape(x, [x.shape[0], sizeOf(x.shape.slice(1))]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dataFormat: 'channels_last' };
  }
}

export interface ReshapeOptions extends LayerOptions {
  /** Without the batch; one axis may be -1 (or null, as tfjs has it): it takes what is left. */
  readonly targetShape: readonly (number | null)[];
}

/** The values of each example under another shape. Input [batch, ...], output [batch, ...targetShape]; copies nothing. */
export class Reshape extends Layer {
  static override readonly className = 'Reshape';

  private readonly targetShape: number[];

  constructor(options: ReshapeOptions) {
    super(options);
    const { targetShape } = options;
    const valid = (size: unknown) => size === null || (Number.isInteger(size) && (size as number) >= -1);
    if (!Array.isArray(targetShape) || !targetShape.every(valid)) {
      throw new ValueError(
        `${this.describe()}: targetShape is ${JSON.stringify(targetShape)}, expected integers ≥ 0, and -1 once at most`,
      );
    }
    this.targetShape = targetShape.map((size: number | null) => size ?? -1);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    return reshape(x, [x.shape[0], ...this.targetShape]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), targetShape: this.targetShape };
  }
}

export interface PermuteOptions extends LayerOptions {
  /** Axis i + 1 of the output is axis dims[i] of the input; counted from 1, the batch is 0 and stays. */
  readonly dims: readonly number[];
}

/** Reorders axes. Input [batch, ...], output the same axes in another order. */
export class Permute extends Layer {
  static override readonly className = 'Permute';

  private readonly dims: readonly number[];

  constructor(options: PermuteOptions) {
    super(options);
    const { dims } = options;
    const sorted = Array.isArray(dims) ? [...dims].sort((a, b) => a - b) : [];
    if (sorted.length === 0 || sorted.some((axis, index) => axis !== index + 1)) {
      throw new ValueError(
        `${this.describe()}: dims is ${JSON.stringify(dims)}, expected each axis from 1 to the rank less one, once`,
      );
    }
    this.dims = [...dims];
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    return transpose(onlyTensor(inputs), [0, ...this.dims]);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), dims: this.dims };
  }
}
