import { ValueError } from '../base/errors.js';
import { boolean, fraction, number, type Options, oneOf, positiveInteger, string } from '../base/options.js';
import { scheduleOf } from './schedules.js';

const OPTIONS = {
  /** The largest rate. */
  maxLearningRate: number({ above: 0 }),
  /** Updates of the whole cycle; after them the rate stays the smallest. */
  totalSteps: positiveInteger(),
  /** Fraction of the updates in which the rate rises; default 0.3. */
  pctStart: fraction().default(0.3),
  /** The rate begins at maxLearningRate / divFactor; default 25. */
  divFactor: number({ above: 0 }).default(25),
  /** It ends at that first rate / finalDivFactor; default 1e4. */
  finalDivFactor: number({ above: 0 }).default(1e4),
  /** The form of each phase: half a wave of the cosine, or a line; default 'cos'. */
  annealStrategy: oneOf(['cos', 'linear']).default('cos'),
  /** Whether the rate first falls as it rose, and then from the first rate to the smallest; default false. */
  threePhase: boolean().default(false),
  /** A name, which files hold and nothing reads. */
  name: string().optional(),
};

/** A phase, from the end of the one before. */
interface Phase {
  readonly end: number;
  readonly from: number;
  readonly to: number;
}

function phasesOf({ totalSteps, pctStart, maxLearningRate, divFactor, finalDivFactor, threePhase }: Given): Phase[] {
  const first = maxLearningRate / divFactor;
  const last = first / finalDivFactor;
  const top = pctStart * totalSteps - 1;
  const rise = { end: top, from: first, to: maxLearningRate };
  if (!threePhase) return [rise, { end: totalSteps - 1, from: maxLearningRate, to: last }];
  const fall = { end: 2 * pctStart * totalSteps - 2, from: maxLearningRate, to: first };
  return [rise, fall, { end: totalSteps - 1, from: first, to: last }];
}

type Given = Options<typeof OPTIONS>;

/**
 * One cycle of the rate: up from maxLearningRate / divFactor, then down to a tiny fraction of it. Each phase goes from
 * its first to its last rate by a cosine or a line. PyTorch's momentum, which falls while the rate rises, stays as it
 * is, and PyTorch fails where this stays at the last rate, after totalSteps.
 * @throws ValueError when the two phases of a `threePhase` cycle around its top need more than totalSteps
 * @see Smith and Topin, "Super-convergence", arXiv:1708.07120; `torch.optim.lr_scheduler.OneCycleLR`
 * @example optimizers.sgd({ learningRate: optimizers.oneCycle({ maxLearningRate: 0.4, totalSteps: 1000 }), momentum: 0.9 })
 */
export const oneCycle = /* @__PURE__ */ scheduleOf('oneCycle', {
  className: 'OneCycle',
  options: OPTIONS,
  validate: ({ threePhase, pctStart }) => {
    if (!threePhase || pctStart <= 0.5) return;
    throw new ValueError(`oneCycle: pctStart is ${pctStart}, expected at most 0.5 with threePhase`);
  },
  at: (step, options) => {
    const phases = phasesOf(options);
    const at = Math.min(step, options.totalSteps - 1);
    const index = phases.findIndex(({ end }) => at <= end);
    const { end, from, to } = phases[index];
    const start = phases[index - 1]?.end ?? 0;
    const done = end > start ? (at - start) / (end - start) : 1;
    if (options.annealStrategy === 'linear') return from + (to - from) * done;
    return to + ((from - to) / 2) * (1 + Math.cos(Math.PI * done));
  },
});
