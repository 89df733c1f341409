import { boolean, fraction, positiveInteger } from '../base/options.js';
import { add, mul } from '../ops/arithmetic.js';
import type { Variable } from '../tensor/variable.js';

/** Keras's name of the slot with the moving average of a weight. */
export const AVERAGE = 'average';

const MOMENTUM = 0.99;

/** Moving averages of the weights, in every optimizer. @see Polyak and Juditsky, 1992; `keras.optimizers.Optimizer` */
export const AVERAGING = {
  /** Whether to keep a moving average of each weight, which `fit` assigns to the weights at its end; default false. */
  useEma: boolean()
    .default(false)
    .inConfig((isUsed) => isUsed || undefined),
  /** Fraction of the averages that remains at each step, in [0, 1]; default 0.99. */
  emaMomentum: fraction()
    .default(MOMENTUM)
    .inConfig((momentum) => (momentum === MOMENTUM ? undefined : momentum)),
  /** Number of updates after which the weights take their averages, again and again; default null: never in `fit`. */
  emaOverwriteFrequency: positiveInteger()
    .nullable()
    .default(null)
    .inConfig((updates) => updates ?? undefined),
};

/** A weight and its average. */
export type Averaged = readonly [weight: Variable, average: Variable];

/** average ← momentum · average + (1 − momentum) · w; call it in a `tidy`. */
export function moveAverages(pairs: readonly Averaged[], momentum: number): void {
  for (const [weight, average] of pairs) {
    average.assign(momentum === 0 ? weight : add(mul(average, momentum), mul(weight, 1 - momentum)));
  }
}

/** Assign the averages to their weights. */
export function takeAverages(pairs: readonly Averaged[]): void {
  for (const [weight, average] of pairs) weight.assign(average);
}
