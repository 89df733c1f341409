import { fraction, number, string } from '../base/options.js';
import { scheduleOf } from './schedules.js';

/**
 * Periods of cosine decay. Period i has firstDecaySteps · tMulⁱ updates and goes from mMulⁱ · initialLearningRate down
 * to alpha · initialLearningRate: with `done` of it over, the rate is
 * initialLearningRate · ((1 − alpha) · mMulⁱ · ½(1 + cos(π · done)) + alpha)
 * @throws ValueError when firstDecaySteps is not positive, or tMul is less than 1
 * @see Loshchilov and Hutter, "SGDR", arXiv:1608.03983; `keras.optimizers.schedules.CosineDecayRestarts`
 * @example optimizers.sgd({ learningRate: optimizers.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps:
 * 1000 }) })
 */
export const cosineDecayRestarts = /* @__PURE__ */ scheduleOf('cosineDecayRestarts', {
  className: 'CosineDecayRestarts',
  options: {
    /** The rate of the first update. */
    initialLearningRate: number({ min: 0 }),
    /** Updates of the first period. */
    firstDecaySteps: number({ above: 0 }),
    /** How many times longer each period is than the one before; default 2. */
    tMul: number({ min: 1 }).default(2),
    /** How many times larger each first rate is than the one before; default 1. */
    mMul: number({ min: 0 }).default(1),
    /** Fraction of initialLearningRate at the end of periods; default 0. */
    alpha: fraction().default(0),
    /** Keras's name, kept for files; not used. */
    name: string().optional(),
  },
  at: (step, { initialLearningRate, firstDecaySteps, tMul, mMul, alpha }) => {
    const { period, done } = periodAt(step / firstDecaySteps, tMul);
    const decayed = (1 - alpha) * mMul ** period * 0.5 * (1 + Math.cos(Math.PI * done)) + alpha;
    return initialLearningRate * decayed;
  },
});

/**
 * The period of a step, and the elapsed fraction of it.
 * @param first steps in lengths of the first period
 */
function periodAt(first: number, growth: number): { readonly period: number; readonly done: number } {
  if (growth === 1) return { period: Math.floor(first), done: first - Math.floor(first) };
  const startOf = (period: number) => (growth ** period - 1) / (growth - 1);
  let period = Math.max(0, Math.floor(Math.log1p(first * (growth - 1)) / Math.log(growth)));
  // Logarithms round: at the first step of a period they may name its neighbour.
  if (startOf(period + 1) <= first) period++;
  if (startOf(period) > first) period--;
  return { period, done: (first - startOf(period)) / growth ** period };
}
