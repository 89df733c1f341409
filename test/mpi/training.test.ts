import { describe, expect, test } from 'vitest';
import '../../src/ops/methods.js';
import '../../src/backends/default.js';
import './device-backend.js';
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
      expectAlike(results, alone.history);
      if (ranks === 1) expect(results[0].weights).toBe(await fingerprintOf(alone.model));
    }
    alone.model.dispose();
  });

  // As on a GPU: gradients travel through copies on the host, of which each is waited for.
  test.each(launchers)(
    '$name: ranks whose memory the host does not see train as one process does',
    async (launcher) => {
      const alone = await trainExample('lenet', null, 'device');
      const ended = await launch(launcher, 2, 'training.mts', ['lenet', 'device']);
      expect(ended.code, ended.output).toBe(0);
      const results = resultsOf<Result>(ended);
      expect(results.length).toBe(2);
      expectAlike(results, alone.history);
      alone.model.dispose();
    },
  );

  test('there, what has to be summed in the middle of a step is refused by name', async () => {
    const ended = await launch(launchers[0], 2, 'training.mts', ['residual', 'device']);
    expect(ended.code).not.toBe(0);
    expect(ended.output).toMatch(
      /rank \d of 2 on .*BackendError: .*batch_normalization.*: device: memory is not visible to the host/s,
    );
  });
});

/** Check the numbers of each rank against those of one process, and its weights against the other ranks'. */
function expectAlike(results: readonly Result[], alone: Result['history']): void {
  for (const { history, weights } of results) {
    expect(weights, 'weights of all ranks, to the bit').toBe(results[0].weights);
    expect(Object.keys(history)).toEqual(Object.keys(alone));
    for (const [name, values] of Object.entries(alone)) {
      for (const [epoch, value] of values.entries()) {
        const place = `${name} of epoch ${epoch}, ${results.length} ranks`;
        expect(Math.abs(history[name][epoch] - value), place).toBeLessThan(1e-5);
      }
    }
  }
}
