import { number } from '../base/options.js';
import { mul } from '../ops/arithmetic.js';
import { zerosLike } from '../ops/creation.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { EXCLUSIONS, normOf, trustRatio } from './layer-adaptation.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import { momentumFraction, type OptimizerOptions, type OptionsOrRate } from './optimizer-options.js';
import { updateInPlace } from './update-in-place.js';
import { isExcluded } from './weight-decay.js';

const OPTIONS = {
  /** Fraction of the running mean of gradients that remains at each update; default 0.9. */
  beta1: momentumFraction().default(0.9),
  /** The same for the mean of their squares; default 0.999. */
  beta2: momentumFraction().default(0.999),
  /** Default 1e-7. */
  epsilon: number({ min: 0 }).default(1e-7),
  /** Each update first subtracts learningRate · weightDecay · w, as Keras does; default 0. */
  weightDecay: number({ min: 0 }).default(0),
  ...EXCLUSIONS,
};

export type LambOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * m ← beta1 · m + (1 − beta1) · g, v ← beta2 · v + (1 − beta2) · g²,
 * u = m / (1 − beta1ᵗ) / (√(v / (1 − beta2ᵗ)) + epsilon), r = ‖w‖ / ‖u‖, 1 where either is 0,
 * w ← w − learningRate · r · u
 *
 * For batches of thousands of samples: Adam's direction, with a length in proportion to each weight's norm.
 * @param options learningRate default 0.001
 * @throws ValueError when a beta is not in [0, 1)
 * @see You et al., "Large batch optimization for deep learning: training BERT in 76 minutes", arXiv:1904.00962; weight
 * decay is outside of the ratio, as in `keras.optimizers.Lamb`
 * @example new Lamb({ learningRate: 0.001, weightDecay: 0.01, excludeFromWeightDecay: ['bias', 'batch_normalization'] })
 */
export class Lamb extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'Lamb';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['momentum', 'velocity'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.001);
  }

  protected override update(weight: Variable, gradient: Tensor, slots: readonly Variable[], step: UpdateStep): void {
    const { weightDecay, excludeFromWeightDecay, excludeFromLayerAdaptation } = this.options;
    const { learningRate } = step;
    if (weightDecay > 0 && !isExcluded(weight, excludeFromWeightDecay)) {
      weight.assign(mul(weight, 1 - learningRate * weightDecay));
    }
    const direction = this.direction(gradient, slots, step.time);
    const adapted = isExcluded(weight, excludeFromLayerAdaptation)
      ? direction
      : mul(direction, trustRatio(normOf(weight), normOf(direction)));
    updateInPlace([{ weight, state: [], gradient: adapted }], (kernels, updates) =>
      kernels.sgdUpdate(updates, { learningRate, momentum: 0, nesterov: false }),
    );
  }

  /** u: Adam's kernel updates the moments, and zeros by a rate of −1. */
  private direction(gradient: Tensor, [first, second]: readonly Variable[], time: number): Tensor {
    const { beta1, beta2, epsilon } = this.options;
    const correction = Math.sqrt(1 - beta2 ** time);
    const settings = {
      stepSize: -correction / (1 - beta1 ** time),
      beta1,
      beta2,
      epsilon: epsilon * correction,
      decay: 0,
    };
    const direction = zerosLike(gradient);
    updateInPlace([{ weight: direction, state: [first, second], gradient }], (kernels, updates) =>
      kernels.adamUpdate(updates, settings),
    );
    return direction;
  }
}

/** See `Lamb`. @example model.compile({ optimizer: optimizers.lamb({ learningRate: 0.01 }), loss: 'mse' }) */
export const lamb = (options?: OptionsOrRate<typeof OPTIONS>): Lamb => new Lamb(options);
