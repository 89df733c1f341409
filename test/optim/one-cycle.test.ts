import { describe, expect, test } from 'vitest';
import '../../src/optim/catalog.js';
import * as optimizers from '../../src/optim/index.js';

/* Against `get_lr` of torch/optim/lr_scheduler.py, `OneCycleLR`, by its walk through the phases. */

interface Cycle {
  readonly maxLearningRate: number;
  readonly totalSteps: number;
  readonly pctStart?: number;
  readonly divFactor?: number;
  readonly finalDivFactor?: number;
  readonly annealStrategy?: 'cos' | 'linear';
  readonly threePhase?: boolean;
}

function expected(step: number, cycle: Cycle): number {
  const { maxLearningRate: max, totalSteps: total, pctStart: share = 0.3, annealStrategy = 'cos' } = cycle;
  const initial = max / (cycle.divFactor ?? 25);
  const min = initial / (cycle.finalDivFactor ?? 1e4);
  const ends = cycle.threePhase
    ? [share * total - 1, 2 * share * total - 2, total - 1]
    : [share * total - 1, total - 1];
  const rates = cycle.threePhase ? [initial, max, initial, min] : [initial, max, min];
  let start = 0;
  for (const [phase, end] of ends.entries()) {
    if (step <= end || phase === ends.length - 1) {
      const part = (step - start) / (end - start);
      const [from, to] = [rates[phase], rates[phase + 1]];
      return annealStrategy === 'linear'
        ? (to - from) * part + from
        : to + ((from - to) / 2) * (1 + Math.cos(Math.PI * part));
    }
    start = end;
  }
  throw new Error('no phase');
}

describe('oneCycle', () => {
  test.each<Cycle>([
    { maxLearningRate: 0.4, totalSteps: 100 },
    { maxLearningRate: 0.1, totalSteps: 33, annealStrategy: 'linear' },
    { maxLearningRate: 1, totalSteps: 50, pctStart: 0.25, divFactor: 10, finalDivFactor: 100, threePhase: true },
    { maxLearningRate: 2, totalSteps: 20, pctStart: 0.45, annealStrategy: 'linear', threePhase: true },
    { maxLearningRate: 2, totalSteps: 7, pctStart: 0 },
    { maxLearningRate: 2, totalSteps: 7, pctStart: 1 },
  ])('%o is as in PyTorch', (cycle) => {
    const schedule = optimizers.oneCycle(cycle);
    for (let step = 0; step < cycle.totalSteps; step++) expect(schedule(step)).toBeCloseTo(expected(step, cycle), 12);
    expect(schedule(cycle.totalSteps + 5)).toBe(schedule(cycle.totalSteps - 1));
  });

  test('begins, peaks and ends where it says', () => {
    const schedule = optimizers.oneCycle({ maxLearningRate: 0.5, totalSteps: 100 });
    expect(schedule(0)).toBeCloseTo(0.02, 12);
    expect(schedule(29)).toBeCloseTo(0.5, 12);
    expect(schedule(99)).toBeCloseTo(2e-6, 15);
    expect(optimizers.oneCycle({ maxLearningRate: 0.5, totalSteps: 1 })(0)).toBeCloseTo(2e-6, 15);
  });

  test('where the rise is one update long, which divides by zero in PyTorch, the rate begins at the top', () => {
    expect(optimizers.oneCycle({ maxLearningRate: 0.5, totalSteps: 10, pctStart: 0.1 })(0)).toBe(0.5);
  });

  test('comes back from its config', () => {
    const learningRate = optimizers.oneCycle({ maxLearningRate: 0.5, totalSteps: 10, threePhase: true });
    const config = optimizers.sgd({ learningRate }).getConfig();
    const again = optimizers.optimizerFromConfig('sgd', config);
    expect(again.getConfig()).toEqual(config);
    expect(again.learningRate).toBe(learningRate(0));
  });

  test.each([
    [{ maxLearningRate: 1, totalSteps: 10, pctStart: 0.6, threePhase: true }, 'pctStart is 0.6, expected at most 0.5'],
    [{ maxLearningRate: 0, totalSteps: 10 }, 'maxLearningRate is 0'],
    [{ maxLearningRate: 1, totalSteps: 2.5 }, 'totalSteps is 2.5'],
    [{ maxLearningRate: 1, totalSteps: 10, annealStrategy: 'cosine' }, "annealStrategy is 'cosine'"],
  ])('%o is refused', (options, message) => {
    expect(() => optimizers.oneCycle(options as never)).toThrow(`oneCycle: ${message}`);
  });
});
