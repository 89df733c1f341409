import { describe, expect, test } from 'vitest';
import '../../src/ops/methods.js';
import '../../src/backends/default.js';
import { canLaunch, launch, launchers, resultsOf } from './launch.js';
import { fingerprintOf, trainExample } from './training-example.js';

interface Result {
  readonly rank: number;
  readonly history: Readonly<Record<string, readonly number[]>>;
  readonly weights: string;
}

describe.skipIf(!canLaunch)('fit({ distribute }) (needs koffi and Open MPI or MPICH)', () => {
  // Dropout, noise, flips, shuffling, uneven batches, penalties; weights of samples and classes; synchronized batch
  // norm.
  test.each(['lenet', 'weighted', 'residual'])('%s: ranks train as one process does, for 50 steps', async (kind) => {
    const alone = await trainExample(kind, null);
    for (const ranks of [1, 2, 3, 4]) {
      const ended = await launch(launchers[ranks % launchers.length], ranks, 'training.mts', [kind]);
      expect(ended.code, ended.output).toBe(0);
      const results = resultsOf<Result>(ended);
      expect(results.length).toBe(ranks);
      for (const { history, weights } of results) {
        expect(weights, 'weights of all ranks, to the bit').toBe(results[0].weights);
        expect(Object.keys(history)).toEqual(Object.keys(alone.history));
        for (const [name, values] of Object.entries(alone.history)) {
          for (const [epoch, value] of values.entries()) {
            expect(Math.abs(history[name][epoch] - value), `${name} of epoch ${epoch}, ${ranks} ranks`).toBeLessThan(
              1e-5,
            );
          }
        }
      }
      if (ranks === 1) expect(results[0].weights).toBe(fingerprintOf(alone.model));
    }
    alone.model.dispose();
  });
});
