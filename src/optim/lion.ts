import { number } from '../base/options.js';
import { add, mul, sub } from '../ops/arithmetic.js';
import { sign } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  /** Share of the momentum in the direction of the update, in (0, 1]; default 0.9. */
  beta1: number({ above: 0, max: 1 }).default(0.9),
  /** Fraction of the momentum that remains at each update; default 0.99. */
  beta2: momentumFraction().default(0.99),
};

export type LionOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * w ← w − learningRate · sign(beta1 · m + (1 − beta1) · g), m ← beta2 · m + (1 − beta2) · g
 *
 * One slot a weight, half of Adam's memory. Rates are 3 to 10 times smaller than AdamW's, weight decay as much larger.
 * @param options learningRate default 0.001
 * @throws ValueError when beta1 is not in (0, 1] or beta2 not in [0, 1)
 * @see Chen et al., "Symbolic discovery of optimization algorithms", arXiv:2302.06675
 * @example new Lion({ learningRate: 1e-4, weightDecay: 0.04 })
 */
export class Lion extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Lion';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['momentum'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [momentum]: readonly Variable[],
    { learningRate }: UpdateStep,
  ): void {
    const { beta1, beta2 } = this.options;
    const direction = sign(add(mul(momentum, beta1), mul(gradient, 1 - beta1)));
    weight.assign(sub(weight, mul(direction, learningRate)));
    momentum.assign(add(mul(momentum, beta2), mul(gradient, 1 - beta2)));
  }
}

/** See `Lion`. @example model.compile({ optimizer: optimizers.lion({ learningRate: 1e-4 }), loss: 'mse' }) */
export const lion = (options?: OptionsOrRate<typeof OPTIONS>): Lion => new Lion(options);
