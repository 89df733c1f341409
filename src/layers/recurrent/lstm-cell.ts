import { boolean } from '../../base/options.js';
import type { Initializer } from '../../initializers/initializer.js';
import { add, mul } from '../../ops/arithmetic.js';
import { concat } from '../../ops/concat.js';
import { ones } from '../../ops/creation.js';
import { matMul } from '../../ops/matmul.js';
import { lstm, lstmStep } from '../../ops/recurrent/lstm.js';
import { reshape } from '../../ops/reshape.js';
import { slice } from '../../ops/slice.js';
import type { Tensor } from '../../tensor/tensor.js';
import { activation } from '../base/common-options.js';
import type { Weight } from '../base/weight.js';
import { KernelCell, linear, type Sequence, type Steps } from './cell.js';

export const LSTM = {
  /** Of the gates; default sigmoid. */
  recurrentActivation: activation().default('sigmoid'),
  /** Whether the bias of the forget gate begins with ones; default true. */
  unitForgetBias: boolean().default(true),
};

/** Zeros and the like for i, g and o; ones for the forget gate, see Jozefowicz et al., ICML 2015. */
export const withForgetBias = (initializer: Initializer, units: number): Initializer => ({
  ...initializer,
  className: initializer.className,
  getConfig: () => initializer.getConfig(),
  apply: (_, dtype, seed) =>
    concat([
      initializer.apply([units], dtype, seed),
      ones([units], dtype),
      initializer.apply([2 * units], dtype, seed + 1),
    ]),
});

/**
 * One step of an LSTM. Called with [x, h, c], x [batch, features], h and c [batch, units]; returns [h', h', c'].
 * Weights kernel [features, 4 · units] for the gates i, f, c, o, recurrent_kernel [units, 4 · units],
 * bias [4 · units].
 * @see Hochreiter and Schmidhuber, Neural Computation 9 (1997); Gers et al., Neural Computation 12 (2000)
 */
export class LSTMCell extends KernelCell<typeof LSTM> {
  static override readonly className = 'LSTMCell';
  static override readonly options = LSTM;
  protected override readonly gates = 4;

  override get stateSize(): readonly number[] {
    return [this.options.units, this.options.units];
  }

  protected override addBias(columns: number): Weight {
    const { unitForgetBias, biasInitializer, biasRegularizer, biasConstraint, units } = this.options;
    if (!unitForgetBias) return super.addBias(columns);
    const options = { regularizer: biasRegularizer, constraint: biasConstraint };
    return this.addWeight('bias', [columns], withForgetBias(biasInitializer, units), options);
  }

  protected override step(x: Tensor, [hidden, cell]: readonly Tensor[], drop: Tensor | null): Tensor[] {
    const { activation, recurrentActivation } = this.options;
    const state = matMul(drop ? mul(hidden, drop) : hidden, this.recurrentKernel.read());
    const z = add(linear(x, this.kernel.read(), this.bias?.read()), state);
    const next = lstmStep(z, cell, activation.apply, recurrentActivation.apply);
    return [next.hidden, next.hidden, next.cell];
  }

  override sequence(sequence: Sequence): Steps | null {
    const { activation, recurrentActivation } = this.options;
    const isPlain = activation.id === 'tanh' && recurrentActivation.id === 'sigmoid';
    if (!isPlain || sequence.drops.state) return null;
    const z = this.inputProduct(sequence, this.bias?.read());
    const [hidden, cell] = sequence.states ?? [];
    const { sequence: outputs, cell: last } = lstm(z, this.recurrentKernel.read(), {
      hidden,
      cell,
      mask: sequence.mask,
    });
    return { outputs, states: [lastStep(outputs), last] };
  }
}

/** The last step of a sequence: [time, batch, units] → [batch, units]. */
export const lastStep = (sequence: Tensor): Tensor =>
  reshape(slice(sequence, [sequence.shape[0] - 1]), sequence.shape.slice(1));
