import { ValueError } from '../../base/errors.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { mean } from '../../ops/reductions.js';
import { reshape } from '../../ops/reshape.js';
import { rsqrt, square } from '../../ops/unary.js';
import type { Tensor } from '../../tensor/tensor.js';
import { onlyTensor } from '../base/layer.js';
import { axisOf, singleShape } from '../base/options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import type { Weight } from '../base/weight.js';
import { AffineNormalization, type AffineNormalizationOptions } from './affine-normalization.js';

/** @internal (x − mean) / √(variance + epsilon) over axes */
export function standardize(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const centered = sub(x, mean(x, axes, true));
  return mul(centered, rsqrt(add(mean(square(centered), axes, true), epsilon)));
}

export interface LayerNormalizationOptions extends AffineNormalizationOptions {
  /** Axes that are normalised over; default −1. */
  readonly axis?: number | readonly number[];
}

/**
 * Each example normalised by the mean and biased variance of its own values along some axes.
 * Output shaped as the input; weights gamma and beta, shaped as those axes.
 * @see Ba, Kiros and Hinton, arXiv:1607.06450
 */
export class LayerNormalization extends AffineNormalization {
  static override readonly className = 'LayerNormalization';

  private readonly axis: number | readonly number[];

  constructor(options: LayerNormalizationOptions = {}) {
    super(options);
    this.axis = options.axis ?? -1;
  }

  private axesOf(rank: number): number[] {
    const axes = [this.axis].flat().map((axis) => axisOf(this.describe(), axis, rank));
    if (axes.length === 0) throw new ValueError(`${this.describe()}: axis is [], expected at least one`);
    return axes.sort((a, b) => a - b);
  }

  override build(inputShape: SymbolicShape | readonly SymbolicShape[]): void {
    const inputs = singleShape(this.describe(), inputShape);
    const shape = this.axesOf(inputs.length).map((axis) => inputs[axis]);
    this.addGammaAndBeta(shape);
  }

  override call(inputs: Tensor | readonly Tensor[]): Tensor {
    const x = onlyTensor(inputs);
    const axes = this.axesOf(x.rank);
    // Trailing axes line up by themselves.
    const aligned = axes[0] === x.rank - axes.length;
    const broadcast = x.shape.map((size, axis) => (axes.includes(axis) ? size : 1));
    const read = (weight: Weight) => (aligned ? weight.read() : reshape(weight.read(), broadcast));
    return this.scaledAndShifted(standardize(x, axes, this.epsilon), read);
  }

  override getConfig(): Record<string, unknown> {
    return { ...super.getConfig(), axis: this.axis };
  }
}
