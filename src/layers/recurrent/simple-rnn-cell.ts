import { add, mul } from '../../ops/arithmetic.js';
import { matMul } from '../../ops/matmul.js';
import type { Tensor } from '../../tensor/tensor.js';
import { KernelCell, linear } from './cell.js';

export const SIMPLE_RNN = {};

/**
 * One step of a fully connected recurrence: h' = activation(x · kernel + h · recurrent_kernel + bias). Called with
 * [x, h], x [batch, features] and h [batch, units]; returns [h', h'].
 */
export class SimpleRNNCell extends KernelCell<typeof SIMPLE_RNN> {
  static override readonly className = 'SimpleRNNCell';
  static override readonly options = SIMPLE_RNN;
  protected override readonly gates = 1;

  protected override step(x: Tensor, [hidden]: readonly Tensor[], drop: Tensor | null): Tensor[] {
    const state = matMul(drop ? mul(hidden, drop) : hidden, this.recurrentKernel.read());
    const next = this.options.activation.apply(add(linear(x, this.kernel.read(), this.bias?.read()), state));
    return [next, next];
  }
}
