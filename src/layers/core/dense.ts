import { ShapeError } from '../../base/errors.js';
import { boolean, positiveInteger } from '../../base/options.js';
import { matMulWithEpilogue } from '../../ops/matmul.js';
import { reshape } from '../../ops/reshape.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation } from '../base/common-options.js';
import type { SymbolicShape } from '../base/symbolic.js';
import { UnaryLayer } from '../base/unary-layer.js';
import type { Weight } from '../base/weight.js';
import { weight } from '../base/weight-options.js';

const OPTIONS = {
  /** Size of the output's last axis. */
  units: positiveInteger(),
  /** Default none. */
  activation: activation().default('linear'),
  /** Default true. */
  useBias: boolean().default(true),
  ...weight('kernel', 'glorotUniform'),
  ...weight('bias', 'zeros'),
};

/**
 * activation(x · kernel + bias).
 * Input [batch, ..., inputs], output [batch, ..., units]; weights kernel [inputs, units], bias [units].
 */
export class Dense extends UnaryLayer<typeof OPTIONS> {
  static override readonly className = 'Dense';
  static override readonly options = OPTIONS;
  override readonly supportsMasking = true;

  protected override get takesFloats(): boolean {
    return true;
  }

  private kernel!: Weight;
  private bias: Weight | null = null;

  override build(shape: SymbolicShape): void {
    if (shape.length < 2) {
      throw new ShapeError(`${this.describe()}: the input is [${shape}], expected [batch, ..., inputs]`);
    }
    const { units, useBias } = this.options;
    this.kernel = this.addWeightFrom('kernel', [shape.at(-1)!, units]);
    if (useBias) this.bias = this.addWeightFrom('bias', [units]);
  }

  override call(x: Tensor): Tensor {
    const { fused, apply } = this.options.activation;
    const rows = x.rank === 2 ? x : reshape(x, [-1, x.shape.at(-1)!]);
    const product = matMulWithEpilogue(rows, this.kernel.read(), this.bias?.read(), {
      transposeA: false,
      transposeB: false,
      activation: fused?.activation ?? null,
      alpha: fused?.alpha ?? 0,
    });
    const y = x.rank === 2 ? product : reshape(product, [...x.shape.slice(0, -1), this.options.units]);
    return fused ? y : apply(y);
  }
}
