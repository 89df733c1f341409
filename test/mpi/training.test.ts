import { describe, expect, test } from 'vitest';
import '../../src/ops/methods.js';
import '../../src/backends/default.js';
import './device-backend.js';
import { canLaunch, launch, launchers, resultsOf } from './launch.js';
import { type Trained, trainExample } from './training-example.js';

interface Result extends Omit<Trained, 'model'> {
  readonly rank: number;
}

describe.skipIf(!canLaunch)('fit({ distribute }) (needs koffi and Open MPI or MPICH)', () => {
  // Dropout, noise, flips, shuffling, uneven batches, penalties; weights of samples and classes; synchronized batch
  // norm; LeNet-5 itself.
  test.each(['lenet', 'weighted', 'residual', 'lenet5'])(
    '%s: ranks train as one process does, for 50 steps',
    async (kind) => {
      const alone = await trainExample(kind, null);
      for (const ranks of [1, 2, 3, 4]) {
        const ended = await launch(launchers[ranks % launchers.length], ranks, 'training.mts', [kind]);
        expect(ended.code, ended.output).toBe(0);
        const results = resultsOf<Result>(ended);
        expect(results.length).toBe(ranks);
        expectAlike(results, alone);
        if (ranks === 1) expect(results[0].fingerprints).toEqual(alone.fingerprints);
      }
      alone.model.dispose();
    },
  );

  // As on a GPU: gradients travel through copies on the host, of which each is waited for.
  test.each(launchers)(
    '$name: ranks whose memory the host does not see train as one process does',
    async (launcher) => {
      const alone = await trainExample('lenet', null, 'device');
      const ended = await launch(launcher, 2, 'training.mts', ['lenet', 'device']);
      expect(ended.code, ended.output).toBe(0);
      const results = resultsOf<Result>(ended);
      expect(results.length).toBe(2);
      expectAlike(results, alone);
      alone.model.dispose();
    },
  );

  // Statistics of synchronized batch normalization; the denominator of ignoreClass and mean_with_sample_weight.
  test.each([
    ['residual', /rank \d of 2 on .*BackendError: .*batch_normalization.*: device: memory is not visible to the host/s],
    ['weighted', /rank \d of 2 on .*BackendError: .*device: memory is not visible to the host/s],
  ])('there, what has to be summed in the middle of a step is refused: %s', async (kind, message) => {
    const ended = await launch(launchers[0], 2, 'training.mts', [kind, 'device']);
    expect(ended.code).not.toBe(0);
    expect(ended.output).toMatch(message);
  });
});

/** Check the losses and metrics of each rank against those of one process, and its weights against the other ranks'. */
function expectAlike(results: readonly Result[], alone: Trained): void {
  expect(alone.stepLosses.length).toBe(50);
  expectClose(results[0].stepLosses, alone.stepLosses, `the loss after each step, ${results.length} ranks`);
  for (const { history, fingerprints } of results) {
    expect(fingerprints, 'weights of all ranks after each epoch, to the bit').toEqual(results[0].fingerprints);
    expect(Object.keys(history)).toEqual(Object.keys(alone.history));
    for (const [name, values] of Object.entries(alone.history)) {
      expectClose(history[name], values, `${name} of each epoch, ${results.length} ranks`);
    }
  }
}

function expectClose(values: readonly number[], expected: readonly number[], name: string): void {
  const differences = expected.map((value, index) => Math.abs(values[index] - value));
  expect(values.length, name).toBe(expected.length);
  expect(Math.max(...differences), name).toBeLessThan(1e-5);
}
