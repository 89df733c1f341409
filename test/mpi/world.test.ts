import { describe, expect, test } from 'vitest';
import { mpi } from '../../src/mpi.js';
import { canLaunch, type Ended, launch, launchers, resultsOf } from './launch.js';

const RANKS = 3;

test('a process that no launcher started is refused', async () => {
  await expect(mpi()).rejects.toThrow('mpi: this process was not started by MPI; start it with mpirun -n 4 node …');
});

describe.skipIf(!canLaunch)('collectives (need koffi and Open MPI or MPICH)', () => {
  for (const launcher of launchers) {
    test(`${launcher.name}: ${RANKS} ranks reduce, broadcast, gather and agree`, async () => {
      const ended = await launch(launcher, RANKS, 'collectives.mts');
      expect(ended.code, ended.output).toBe(0);
      const results = resultsOf<{ rank: number }>(ended);
      const disagreement = 'fit: the model is b on rank 1, expected a as on rank 0';
      const expected = {
        size: RANKS,
        neighbours: [0, 1, 2],
        sum: [0, 6, 6 * 999],
        largest: [2, 0],
        smallest: [5, 3],
        started: [6, 6, 60],
        bytes: [1, 2, 3],
        text: 'from 0',
        texts: ['', 'é', 'éé'],
        disagreement,
        unknownRoot: 'broadcast: root is 3, expected a rank from 0 to 2',
      };
      expect(results.length).toBe(RANKS);
      for (const [rank, result] of results.entries()) expect(result).toMatchObject({ ...expected, rank });
    });

    test.each([
      ['throw', /rank 1 of 3 on .*the disk is full/s],
      ['exit', /rank 1 of 3 on .*exits with code 3/s],
      // The rank cannot report anything itself: the launcher names its process.
      ['kill', /signal 9|KILLED BY SIGNAL: 9|EXIT CODE: 9/],
    ] as const)(`${launcher.name}: a rank that ends by %s ends all within ten seconds`, async (way, message) => {
      const ended: Ended = await launch(launcher, RANKS, 'failure.mts', [way]);
      expect(ended.code).not.toBe(0);
      expect(ended.output).toMatch(message);
      expect(ended.output).not.toContain('went on');
      expect(ended.seconds).toBeLessThan(10);
    });

    test(`${launcher.name}: a library that is not MPI is refused by name`, async () => {
      const environment = { NABLA_MPI_LIBRARY: 'libc.so.6' };
      const ended = await launch(launcher, 1, 'collectives.mts', [], { environment });
      expect(ended.code).not.toBe(0);
      expect(ended.output).toContain(
        'mpi: libc.so.6 has no function MPI_Get_library_version, so it is not an MPI library',
      );
    });
  }
});
