import { number } from '../base/options.js';
import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';

const OPTIONS = {
  /** Fraction of the running means that remains at each update; default 0.95. */
  rho: momentumFraction().default(0.95),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
};

export type AdadeltaOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * a ← rho · a + (1 − rho) · g², δ = √(d + epsilon) / √(a + epsilon) · g,
 * d ← rho · d + (1 − rho) · δ², w ← w − learningRate · δ
 *
 * @param options learningRate default 0.001, Keras's; the paper has 1
 * @throws ValueError when rho is not in [0, 1)
 * @see Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701
 * @example new Adadelta({ learningRate: 1 })
 */
export class Adadelta extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Adadelta';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['accumulated_grad', 'accumulated_delta_var'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [squares, changes]: readonly Variable[],
    step: UpdateStep,
  ): void {
    const { rho, epsilon } = this.options;
    const root = (x: Tensor) => sqrt(add(x, epsilon));
    squares.assign(add(mul(squares, rho), mul(square(gradient), 1 - rho)));
    const change = mul(div(root(changes), root(squares)), gradient);
    changes.assign(add(mul(changes, rho), mul(square(change), 1 - rho)));
    weight.assign(sub(weight, mul(change, step.learningRate)));
  }
}

/** See `Adadelta`. @example model.compile({ optimizer: optimizers.adadelta({ learningRate: 0.01 }), loss: 'mse' }) */
export const adadelta = (options?: OptionsOrRate<typeof OPTIONS>): Adadelta => new Adadelta(options);
