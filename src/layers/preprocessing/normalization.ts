import { ShapeError, ValueError } from '../../base/errors.js';
import { accept, boolean } from '../../base/options.js';
import { type Shape, sizeOf } from '../../base/shape.js';
import { add, div, maximum, mul, sub } from '../../ops/arithmetic.js';
import { cast } from '../../ops/cast.js';
import { moments } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import { sqrt } from '../../ops/unary.js';
import { type TensorLike, toTensor } from '../../tensor/convert.js';
import { tidy } from '../../tensor/scope.js';
import { type Tensor, upload } from '../../tensor/tensor.js';
import { axes } from '../base/common-options.js';
import { axesOf } from '../base/input-checks.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';

type Values = number | readonly number[];

/** In Keras's files the values may have the shape of the input. */
const flat = (values: unknown): number[] => [values].flat(Number.POSITIVE_INFINITY) as number[];

const values = () =>
  accept<Values>('a finite number, or a list of them', (value) => flat(value).every(Number.isFinite));

const OPTIONS = {
  /** Axes with separate statistics; default −1, null for one mean and variance in all. */
  axis: axes().nullable().default(-1),
  /** The mean, when it is known; with it the variance. */
  mean: values().nullable().default(null),
  /** See mean. */
  variance: values().nullable().default(null),
  /** Whether to invert the normalization; default false. */
  invert: boolean().default(false),
};

/** Prevents division by 0 for a channel without variance. */
const SMALLEST_DEVIATION = 1e-7;

/**
 * (x − mean) / √variance, with statistics that are given, or learned from data by `adapt`.
 * Output shaped as the input; weights mean, variance and count if they are not given.
 */
export class Normalization extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Normalization';
  static override readonly options = OPTIONS;

  private mean: Weight | null = null;
  private variance: Weight | null = null;

  protected override checkOptions(): void {
    const { mean, variance } = this.options;
    if ((mean === null) === (variance === null)) return;
    throw new ValueError(`${this.describe()}: one of mean and variance is given, expected both or none`);
  }

  private axesOf(rank: number): number[] {
    const axes = axesOf(this.describe(), this.options.axis ?? [], rank);
    if (axes[0] !== 0) return axes;
    throw new ValueError(`${this.describe()}: axis names the batch, expected other axes`);
  }

  override build(inputShape: SymbolicShape): void {
    if (this.options.mean !== null) return;
    const shape = this.axesOf(inputShape.length).map((axis) => inputShape[axis]);
    this.mean = this.addWeight('mean', shape, 'zeros', { trainable: false });
    this.variance = this.addWeight('variance', shape, 'ones', { trainable: false });
    // Only for Keras's files.
    this.addWeight('count', [], 'zeros', { trainable: false, dtype: 'int32' });
  }

  /**
   * Learn mean and variance from data, replacing those learned before.
   * @param data [batch, ...], as the layer's inputs
   * @throws ValueError when mean and variance were given @throws ShapeError when there is no data
   */
  adapt(data: TensorLike): void {
    const caller = this.describe();
    if (this.options.mean !== null)
      throw new ValueError(`${caller}: mean and variance were given, expected none to adapt`);
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

  override call(given: Tensor): Tensor {
    const x = cast(given, this.dtype);
    const axes = this.axesOf(x.rank);
    const broadcast = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    const mean = this.statistic('mean', broadcast);
    const deviation = maximum(sqrt(this.statistic('variance', broadcast)), SMALLEST_DEVIATION);
    return this.options.invert ? add(mul(x, deviation), mean) : div(sub(x, mean), deviation);
  }

  /** A mean or variance, shaped so that it broadcasts to the input. */
  private statistic(name: 'mean' | 'variance', shape: Shape): Tensor {
    const weight = this[name];
    if (weight) return reshape(weight.read(), shape);
    const values = flat(this.options[name]);
    const one = values.length === 1;
    if (!one && values.length !== sizeOf(shape)) {
      throw new ShapeError(`${name} has ${values.length} values, expected 1 or ${sizeOf(shape)}`);
    }
    return upload(values, one ? [] : shape, this.dtype);
  }
}
