import { expect, test } from 'vitest';
import * as optimizers from '../../src/optim/index.js';
import type { Schedule } from '../../src/optim/schedules.js';

/*
 * Schedules at the edges of their periods: right values by the formulas of learning_rate_schedule.py of Keras 3, in its
 * order of operations.
 */

const { cos, ceil, floor, log, min, PI } = Math;

const falling = (done: number, first: number, alpha: number): number =>
  ((1 - alpha) * 0.5 * (1 + cos(PI * done)) + alpha) * first;

function warmed(step: number): number {
  const at = min(step, 14);
  return at < 4 ? 0.3 * (at / 4) : falling((at - 4) / 10, 0.3, 0.1);
}

function polynomial(step: number): number {
  const total = 7 * (step === 0 ? 1 : ceil(step / 7));
  return (0.5 - 0.01) * (1 - step / total) ** 2 + 0.01;
}

function restarted(step: number, firstDecaySteps: number, tMul: number, mMul: number, alpha: number): number {
  let done = step / firstDecaySteps;
  // Logarithms round: at the first step of a period they would name the one before.
  const period = tMul === 1 ? floor(done) : floor(log(1 - done * (1 - tMul)) / log(tMul) + 1e-12);
  done = tMul === 1 ? done - period : (done - (1 - tMul ** period) / (1 - tMul)) / tMul ** period;
  return 0.3 * ((1 - alpha) * 0.5 * mMul ** period * (1 + cos(PI * done)) + alpha);
}

test.each<[string, Schedule, (step: number) => number]>([
  [
    'cosineDecay, past its end',
    optimizers.cosineDecay({ initialLearningRate: 0.1, decaySteps: 10, alpha: 0.2 }),
    (step) => falling(min(step, 10) / 10, 0.1, 0.2),
  ],
  [
    'cosineDecay with a warm-up from 0',
    optimizers.cosineDecay({ initialLearningRate: 0, decaySteps: 10, alpha: 0.1, warmupTarget: 0.3, warmupSteps: 4 }),
    warmed,
  ],
  [
    'polynomialDecay that starts again',
    optimizers.polynomialDecay({
      initialLearningRate: 0.5,
      decaySteps: 7,
      endLearningRate: 0.01,
      power: 2,
      cycle: true,
    }),
    polynomial,
  ],
  [
    'polynomialDecay that rises',
    optimizers.polynomialDecay({ initialLearningRate: 0.5, decaySteps: 7, endLearningRate: 0.9, power: 0.5 }),
    (step) => (0.5 - 0.9) * (1 - min(step, 7) / 7) ** 0.5 + 0.9,
  ],
  [
    'inverseTimeDecay in steps',
    optimizers.inverseTimeDecay({ initialLearningRate: 0.2, decaySteps: 3, decayRate: 0.7, staircase: true }),
    (step) => 0.2 / (1 + 0.7 * floor(step / 3)),
  ],
  [
    'piecewiseConstantDecay, boundaries included',
    optimizers.piecewiseConstantDecay({ boundaries: [3, 6], values: [1, 0.5, 0.1] }),
    (step) => (step <= 3 ? 1 : step <= 6 ? 0.5 : 0.1),
  ],
  [
    'cosineDecayRestarts of growing periods',
    optimizers.cosineDecayRestarts({ initialLearningRate: 0.3, firstDecaySteps: 5, mMul: 0.5, alpha: 0.1 }),
    (step) => restarted(step, 5, 2, 0.5, 0.1),
  ],
  [
    'cosineDecayRestarts of equal periods',
    optimizers.cosineDecayRestarts({ initialLearningRate: 0.3, firstDecaySteps: 5, tMul: 1, mMul: 0.9 }),
    (step) => restarted(step, 5, 1, 0.9, 0),
  ],
  [
    'cosineDecayRestarts of periods that no step ends',
    optimizers.cosineDecayRestarts({ initialLearningRate: 0.3, firstDecaySteps: 4, tMul: 1.5 }),
    (step) => restarted(step, 4, 1.5, 1, 0),
  ],
])('%s', (_, schedule, expected) => {
  for (let step = 0; step < 40; step++) expect(schedule(step), `step ${step}`).toBeCloseTo(expected(step), 12);
});
