import { boolean, number, type OptionTable } from '../../base/options.js';
import { add, mul } from '../../ops/arithmetic.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

/** Options of batch, layer and group normalization. */
export const AFFINE = {
  /** Added to the variance; default 0.001. */
  epsilon: number({ min: 0 }).default(1e-3),
  /** Whether to add beta; default true. */
  center: boolean().default(true),
  /** Whether to multiply by gamma; default true. */
  scale: boolean().default(true),
  ...weight('beta', 'zeros'),
  ...weight('gamma', 'ones'),
};

/** The last step of batch, layer and group normalization: · gamma + beta, each if enabled. */
export abstract class AffineNormalization<Own extends OptionTable> extends UnaryLayer<typeof AFFINE & Own> {
  static override readonly options: OptionTable = AFFINE;
  override readonly supportsMasking = true;

  protected override get takesFloats(): boolean {
    return true;
  }

  protected gamma: Weight | null = null;
  protected beta: Weight | null = null;

  /** For `build`. */
  protected addGammaAndBeta(shape: SymbolicShape): void {
    const { scale, center } = this.options;
    if (scale) this.gamma = this.addWeightFrom('gamma', shape);
    if (center) this.beta = this.addWeightFrom('beta', shape);
  }

  /** y · gamma + beta. @param read gives a weight in a shape that lines up with y */
  protected scaledAndShifted(y: Tensor, read: (weight: Weight) => Tensor = (weight) => weight.read()): Tensor {
    const scaled = this.gamma ? mul(y, read(this.gamma)) : y;
    return this.beta ? add(scaled, read(this.beta)) : scaled;
  }
}
