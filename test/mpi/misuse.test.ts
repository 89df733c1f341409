import { describe, expect, test } from 'vitest';
import { canLaunch, launch, launchers, resultsOf } from './launch.js';

/* Wrong use ends all ranks with a message that names what differs, and where; nothing hangs. */

const SECONDS = 20;

describe.skipIf(!canLaunch)('ranks that do not do the same (need koffi and Open MPI or MPICH)', () => {
  test.each([
    ['units', /the list of \S+'s weights is .*\[3,5\].* on rank 1, expected .*\[3,4\].* as on rank 0/],
    ['names', /the list of \S+'s weights is other\/kernel .* on rank 1, expected first\/kernel .* as on rank 0/],
    ['optimizer', /fit: the optimizer is .*"momentum":0.5.* on rank 1/],
    ['loss', /fit: the loss is .* on rank 1, expected .* as on rank 0/],
    [
      'size',
      /fit: the number of steps of an epoch is 3|fit: the number of samples is 20 on rank 1, expected 24 as on rank 0/,
    ],
    ['contents', /fit: the hash of .*samples is .* on rank 1, expected .* as on rank 0/],
    ['labels', /fit: the hash of .*samples is .* on rank 1, expected .* as on rank 0/],
    ['epochs', /fit: the option epochs is 3 on rank 1, expected 2 as on rank 0/],
    ['batchSize', /fit: the option batchSize is 4 on rank 1, expected 8 as on rank 0/],
    ['shuffle', /fit: the option shuffle is false on rank 1, expected true as on rank 0/],
    ['absent', /rank 0 of 3 on .*: fit: waited 3 s for rank 1 of 3, which made no such call/],
    ['callback', /barrier: called by a callback of fit, which runs on rank 0 alone, so that no other rank answers/],
    ['callbackThrows', /rank 0 of 3 on .*the disk is full/s],
    ['finalized', /fit: rank \d of 3 on .* has left MPI by finalize/],
  ] as const)('%s', async (way, message) => {
    const ended = await launch(launchers[0], 3, 'misuse.mts', [way]);
    expect(ended.code, ended.output).not.toBe(0);
    expect(ended.output).toMatch(message);
    expect(ended.output).not.toContain('"weights"');
    expect(ended.seconds).toBeLessThan(SECONDS);
  });

  test.each(launchers)('$name: callbacks of other ranks than the first are not called', async (launcher) => {
    const ended = await launch(launcher, 3, 'misuse.mts', ['']);
    expect(ended.code, ended.output).toBe(0);
    const results = resultsOf<{ rank: number; weights: number }>(ended);
    expect(results.map(({ weights }) => weights)).toEqual(Array(3).fill(results[0].weights));
  });

  test('koffi that is not installed is named', async () => {
    const environment = {
      NODE_OPTIONS: `--import data:text/javascript,${encodeURIComponent(HIDE_KOFFI)}`,
    };
    const ended = await launch(launchers[0], 1, 'misuse.mts', [''], { environment });
    expect(ended.code).not.toBe(0);
    expect(ended.output).toMatch(/BackendError: mpi: the package koffi cannot be loaded \(.*\); npm install koffi/);
  });
});

/** Makes imports of koffi fail as those of a package that is not installed. */
const HOOK = `export const resolve = (name, context, next) => {
  if (name === 'koffi') throw new Error("Cannot find package 'koffi'");
  return next(name, context);
};`;
const HIDE_KOFFI = `import { register } from 'node:module'; register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(HOOK)}));`;
