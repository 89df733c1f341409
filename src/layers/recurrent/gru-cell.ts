import { boolean } from '../../base/options.js';
import { add, mul, sub } from '../../ops/arithmetic.js';
import { matMul } from '../../ops/matmul.js';
import { gru, gruStep } from '../../ops/recurrent/gru.js';
import { reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation } from '../base/common-options.js';
import type { Weight } from '../base/weight.js';
import { KernelCell, linear, type Sequence, type Steps } from './cell.js';
import { lastStep } from './lstm-cell.js';

export const GRU = {
  /** Of the gates; default sigmoid. */
  recurrentActivation: activation().default('sigmoid'),
  /**
   * Whether the reset gate multiplies after the product with the state, as in CuDNN and Keras since 2.0 of TensorFlow;
   * false is the article's form. Default true.
   */
  resetAfter: boolean().default(true),
};

/**
 * One step of a GRU. Called with [x, h], x [batch, features] and h [batch, units]; returns [h', h'].
 * Weights kernel [features, 3 · units] for update, reset and candidate, recurrent_kernel [units, 3 · units], bias
 * [2, 3 · units] of input and state where `resetAfter`, else [3 · units].
 * @see Cho et al., arXiv:1406.1078
 */
export class GRUCell extends KernelCell<typeof GRU> {
  static override readonly className = 'GRUCell';
  static override readonly options = GRU;
  protected override readonly gates = 3;

  protected override addBias(columns: number): Weight {
    return this.addWeightFrom('bias', this.options.resetAfter ? [2, columns] : [columns]);
  }

  /** The bias of the input's product, or of the state's. */
  private biasOf(product: 'input' | 'state'): Tensor | undefined {
    if (!this.bias) return undefined;
    const value = this.bias.read();
    if (!this.options.resetAfter) return product === 'input' ? value : undefined;
    return reshape(slice(value, [product === 'input' ? 0 : 1], [1]), [value.shape[1]]);
  }

  protected override step(x: Tensor, [hidden]: readonly Tensor[], drop: Tensor | null): Tensor[] {
    const { activation, recurrentActivation, resetAfter } = this.options;
    const z = linear(x, this.kernel.read(), this.biasOf('input'));
    const state = drop ? mul(hidden, drop) : hidden;
    const next = resetAfter
      ? gruStep(
          z,
          linear(state, this.recurrentKernel.read(), this.biasOf('state')),
          hidden,
          activation.apply,
          recurrentActivation.apply,
        )
      : this.resetBefore(z, state, hidden);
    return [next, next];
  }

  /** The article's form: the reset gate multiplies the state. @param state with its dropout */
  private resetBefore(z: Tensor, state: Tensor, hidden: Tensor): Tensor {
    const { activation, recurrentActivation, units } = this.options;
    const kernel = this.recurrentKernel.read();
    const columns = (x: Tensor, first: number, count: number) =>
      slice(x, [0, first * units], [x.shape[0], count * units]);
    const gates = recurrentActivation.apply(add(columns(z, 0, 2), matMul(state, columns(kernel, 0, 2))));
    const [update, reset] = [columns(gates, 0, 1), columns(gates, 1, 1)];
    const product = matMul(mul(reset, state), columns(kernel, 2, 1));
    const candidate = activation.apply(add(columns(z, 2, 1), product));
    return add(mul(update, hidden), mul(sub(1, update), candidate));
  }

  override sequence(sequence: Sequence): Steps | null {
    const { activation, recurrentActivation, resetAfter } = this.options;
    const isPlain = activation.id === 'tanh' && recurrentActivation.id === 'sigmoid';
    if (!isPlain || !resetAfter || sequence.drops.state) return null;
    const z = this.inputProduct(sequence, this.biasOf('input'));
    const [hidden] = sequence.states ?? [];
    const recurrentBias = this.biasOf('state');
    const outputs = gru(z, this.recurrentKernel.read(), { recurrentBias, hidden, mask: sequence.mask });
    return { outputs, states: [lastStep(outputs)] };
  }
}
