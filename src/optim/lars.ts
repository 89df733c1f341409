import { boolean, fraction, number } from '../base/options.js';
import { add, mul } from '../ops/arithmetic.js';
import type { Tensor } from '../tensor/tensor.js';
import type { Variable } from '../tensor/variable.js';
import { EXCLUSIONS, normOf, trustRatio } from './layer-adaptation.js';
import { Optimizer, type UpdateStep } from './optimizer.js';
import type { OptimizerOptions, OptionsOrRate } from './optimizer-options.js';
import { updateInPlace } from './update-in-place.js';
import { isExcluded } from './weight-decay.js';

const OPTIONS = {
  /** Default 0.9. */
  momentum: fraction().default(0.9),
  /** Whether to look ahead; default false. */
  nesterov: boolean().default(false),
  /** Added to the gradient as weightDecay · w; default 0. */
  weightDecay: number({ min: 0 }).default(0),
  /** The fraction of a layer's norm that one update may change it by, η of the article; default 0.001. */
  trustCoefficient: number({ above: 0 }).default(0.001),
  ...EXCLUSIONS,
};

export type LARSOptions = OptimizerOptions<typeof OPTIONS>;

/**
 * r = trustCoefficient · ‖w‖ / (‖g‖ + weightDecay · ‖w‖), 1 where ‖w‖ or the divisor is 0;
 * v ← momentum · v − learningRate · r · (g + weightDecay · w), w ← w + v
 *
 * For batches of thousands of samples: each weight has a rate in proportion to its norm. Warm the rate up with
 * `linearWarmup`; biases and batch normalization are usually excluded.
 * @param options learningRate default 0.01
 * @throws ValueError when momentum is not in [0, 1]
 * @see You, Gitman and Ginsburg, "Large batch training of convolutional networks", arXiv:1708.03888
 * @example new LARS({ learningRate: 1, weightDecay: 1e-4, excludeFromWeightDecay: ['bias', 'batch_normalization'] })
 */
export class LARS extends Optimizer<typeof OPTIONS> {
  static override readonly className = 'LARS';
  protected static override readonly ownOptions = OPTIONS;
  protected override readonly slotNames = ['momentum'];

  constructor(options?: OptionsOrRate<typeof OPTIONS>) {
    super(options, 0.01);
  }

  protected override update(weight: Variable, gradient: Tensor, [velocity]: readonly Variable[], step: UpdateStep) {
    const { momentum, nesterov } = this.options;
    const direction = this.adapted(weight, gradient);
    const settings = { learningRate: step.learningRate, momentum, nesterov };
    updateInPlace([{ weight, state: [velocity], gradient: direction }], (kernels, updates) =>
      kernels.sgdUpdate(updates, settings),
    );
  }

  /** r · (g + weightDecay · w). */
  private adapted(weight: Variable, gradient: Tensor): Tensor {
    const { weightDecay, trustCoefficient, excludeFromWeightDecay, excludeFromLayerAdaptation } = this.options;
    const decay = isExcluded(weight, excludeFromWeightDecay) ? 0 : weightDecay;
    const decayed = decay > 0 ? add(gradient, mul(weight, decay)) : gradient;
    if (isExcluded(weight, excludeFromLayerAdaptation)) return decayed;
    const norm = normOf(weight);
    const ratio = trustRatio(mul(norm, trustCoefficient), add(normOf(gradient), mul(norm, decay)));
    return mul(decayed, ratio);
  }
}

/** See `LARS`. @example model.compile({ optimizer: optimizers.lars({ learningRate: 1 }), loss: 'mse' }) */
export const lars = (options?: OptionsOrRate<typeof OPTIONS>): LARS => new LARS(options);
