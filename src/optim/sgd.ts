import { boolean, fraction } from '../base/options.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep, type VariableUpdate } from './optimizer.js';
import type { OptimizerOptions, OptionsOrRate } from './optimizer-options.js';
import { updateInPlace } from './update-in-place.js';

const OPTIONS = {
  /** Default 0. */
  momentum: fraction().default(0),
  /** Whether to look ahead; default false. */
  nesterov: boolean().default(false),
};

export type SGDOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * w ← w − learningRate · g; with momentum v ← momentum · v − learningRate · g, w ← w + v;
 * with Nesterov's look-ahead w ← w + momentum · v − learningRate · g.
 *
 * @param options learningRate default 0.01
 * @throws ValueError when momentum is not in [0, 1]
 * @see Sutskever et al., "On the importance of initialization and momentum in deep learning", ICML 2013
 * @example new SGD({ learningRate: 0.01, momentum: 0.9 })
 */
export class SGD extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'SGD';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames: readonly string[];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.01);
    this.slotNames = this.options.momentum > 0 ? ['momentum'] : [];
  }

  protected override update(weight: Variable, gradient: Tensor, state: readonly Variable[], step: UpdateStep): void {
    this.updateAll([{ weight, state, gradient }], step);
  }

  protected override updateAll(updates: readonly VariableUpdate[], { learningRate }: UpdateStep): void {
    const { momentum, nesterov } = this.options;
    const settings = { learningRate, momentum, nesterov };
    updateInPlace(updates, (kernels, all) => kernels.sgdUpdate(all, settings));
  }
}

/** See `SGD`. @example model.compile({ optimizer: optimizers.sgd({ learningRate: 0.01 }), loss: 'mse' }) */
export const sgd = (options?: OptionsOrRate<typeof OPTIONS>): SGD => new SGD(options);
