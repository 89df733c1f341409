import { ShapeError, ValueError } from '../../base/errors.js';
import { type Shape, sizeOf } from '../../base/shape.js';
import { add, div, maximum, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { moments } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import { sqrt } from '../../ops/unary.js';
import { type TensorLike, toTensor } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { Layer, type LayerOptions, onlyTensor } from '../base/layer.js';
import { axisOf, singleShape } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';

type Values = number | readonly number[];

export interface NormalizationOptions extends LayerOptions {
  /** Axes that have statistics of their own; default −1, null for one mean and variance in all. */
  readonly axis?: number | readonly number[] | null;
  /** The mean, when it is known; with it the variance. */
  readonly mean?: Values | null;
  readonly variance?: Values | null;
  /** Undoes the normalisation instead; default false. */
  readonly invert?: boolean;
}

/** Keeps a channel without variance from dividing by 0. */
const SMALLEST_DEVIATION = 1e-7;

/**
 * (x − mean) / √variance, with statistics that are given, or learnt from data by `adapt`.
 * Output shaped as the input; weights mean, variance and count where none are given.
 */
export class Normalization extends Layer {
  static override readonly className = 'Normalization';

  private readonly axis: readonly number[];
  private readonly given: { readonly mean: Values; readonly variance: Values } | null;
  private readonly invert: boolean;
  private mean: Weight | null = null;
  private variance: Weight | null = null;

  constructor(options: NormalizationOptions = {}) {
    super(options);
    const { axis = -1, mean = null, variance = null } = options;
    this.axis = axis === null ? [] : [axis].flat();
    if ((mean === null) !== (variance === null)) {
      throw new ValueError(`${this.describe()}: one of mean and variance is given, expected both or none`);
    }
    this.given = mean === null || variance === null ? null : { mean, variance };
    this.invert = options.invert ?? false;
  }

  private axesOf(rank: number): number[] {
    const axes = this.axis.map((axis) => axisOf(this.describe(), axis, rank));
    if (axes.includes(0)) throw new ValueError(`${this.describe()}: axis names the batch, expected other axes`);
    return axes.sort((a, b) => a - b);
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    if (this.given) return;
    const inputs = singleShape(this.describe(), inputShape);
    const shape = this.axesOf(inputs.length).map((axis) => inputs[axis]);
    this.mean = this.addWeight('mean', shape, 'zeros', { trainable: false });
    this.variance = this.addWeight('variance', shape, 'ones', { trainable: false });
    // Kept for Keras's files alone.
    this.addWeight('count', [], 'zeros', { trainable: false, dtype: 'int32' });
  }

  /**
   * Learns mean and variance from data, in place of what was learnt before.
   * @param data [batch, ...], as the layer's inputs
   * @throws ValueError when mean and variance were given @throws ShapeError when there is no data
   */
  adapt(data: TensorLike): void {
    const caller = this.describe();
    if (this.given) throw new ValueError(`${caller}: mean and variance were given, expected none to adapt`);
    tidy(() => {
      const x = cast(toTensor('adapt', 'data', data), this.dtype);
      if (x.size === 0) throw new ShapeError(`${caller}: adapt was given [${x.shape}], expected data`);
      this.buildFor([null, ...x.shape.slice(1)]);
      const kept = this.axesOf(x.rank);
      const { mean, variance } = moments(
        x,
        x.shape.map((_, axis) => axis).filter((axis) => !kept.includes(axis)),
      );
      this.mean!.assign(mean);
      this.variance!.assign(variance);
    });
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const given = onlyTensor(inputs);
    const x = cast(given, this.dtype);
    const axes = this.axesOf(x.rank);
    const broadcast = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    const mean = this.statistic('mean', broadcast);
    const deviation = maximum(sqrt(this.statistic('variance', broadcast)), SMALLEST_DEVIATION);
    return this.invert ? add(mul(x, deviation), mean) : div(sub(x, mean), deviation);
  }

  /** A mean or variance, shaped so that it broadcasts to the input. */
  private statistic(name: 'mean' | 'variance', shape: Shape): Tensor {
    const weight = this[name];
    if (weight) return reshape(weight.read(), shape);
    // Keras's files may hold the values shaped like the input.
    const values = [this.given![name]].flat(Number.POSITIVE_INFINITY) as number[];
    const one = values.length === 1;
    if (!one && values.length !== sizeOf(shape)) {
      throw new ShapeError(`${name} has ${values.length} values, expected 1 or ${sizeOf(shape)}`);
    }
    return upload(values, one ? [] : shape, this.dtype);
  }

  override getConfig(): Record<string, unknown> {
    return {
      ...super.getConfig(),
      axis: this.axis.length === 0 ? null : this.axis,
      invert: this.invert,
      mean: this.given?.mean ?? null,
      variance: this.given?.variance ?? null,
    };
  }
}
