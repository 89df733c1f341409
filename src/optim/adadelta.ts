import { add, div, mul, sub } from '../ops/arithmetic.js';
import { sqrt, square } from '../ops/unary.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { assertBeta } from './adam.js';
import { Optimizer, type OptimizerOptions, type UpdateStep } from './optimizer.js';

export interface AdadeltaOptions extends OptimizerOptions {
  /** Share of the running means that stays at each update; default 0.95. */
  readonly rho?: number;
  /** Default 1e-7. */
  readonly epsilon?: number;
}

/**
 * a ← rho · a + (1 − rho) · g², δ = √(d + epsilon) / √(a + epsilon) · g,
 * d ← rho · d + (1 − rho) · δ², w ← w − learningRate · δ
 *
 * @param options learningRate default 0.001, Keras's; the paper has 1
 * @throws ValueError when rho is not in [0, 1)
 * @see Zeiler, "ADADELTA: an adaptive learning rate method", arXiv:1212.5701
 * @example new Adadelta({ learningRate: 1 })
 */
export class Adadelta extends Optimizer {
  static override readonly className = 'Adadelta';
  protected static override readonly ownOptions = ['rho', 'epsilon'];
  protected override readonly slotNames = ['accumulated_grad', 'accumulated_delta_var'];
  private readonly rho: number;
  private readonly epsilon: number;

  constructor(options: AdadeltaOptions = {}) {
    super(options, 0.001);
    this.rho = options.rho ?? 0.95;
    this.epsilon = options.epsilon ?? 1e-7;
    assertBeta('Adadelta', { rho: this.rho });
  }

  protected override update(
    weight: Variable,
    gradient: Tensor,
    [squares, changes]: readonly Variable[],
    step: UpdateStep,
  ): void {
    const { rho, epsilon } = this;
    const root = (x: Tensor) => sqrt(add(x, epsilon));
    squares.assign(add(mul(squares, rho), mul(square(gradient), 1 - rho)));
    const change = mul(div(root(changes), root(squares)), gradient);
    changes.assign(add(mul(changes, rho), mul(square(change), 1 - rho)));
    weight.assign(sub(weight, mul(change, step.learningRate)));
  }
}

/** See `Adadelta`. @example model.compile({ optimizer: optimizers.adadelta({ learningRate: 0.01 }), loss: 'mse' }) */
export const adadelta = (options?: AdadeltaOptions): Adadelta => new Adadelta(options);
