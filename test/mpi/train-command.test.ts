import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { killRanks } from '../../scripts/campaign/kills/rank-kills.js';
import { trainCommand } from '../../src/cli/commands/train.js';
import { loadModel } from '../../src/io/load.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { run } from '../cli/support.js';
import { canLaunch, launch, launchers } from './launch.js';

const SMALL = ['--limit', '96', '--test-limit', '20', '--epochs', '2', '--seed', '5', '--threads', '1'];
const NABLA = '../../../src/cli/main.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-distribute-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

const rowsOf = (path: string): Record<string, number>[] =>
  JSON.parse(readFileSync(join(path, 'history.json'), 'utf8')).rows;
const weightsOf = async (path: string) => {
  const model = await loadModel(join(path, 'model.keras'));
  return Promise.all(model.weights.map(({ variable }) => variable.data()));
};

test('a process that no launcher started is refused', async () => {
  await expect(run(trainCommand(), ['--distribute'])).rejects.toThrow('mpi: this process was not started by MPI');
});

describe.skipIf(!canLaunch)('nabla train --distribute (needs koffi and Open MPI or MPICH)', () => {
  const train = (ranks: number, args: readonly string[], launcher = launchers[0]) =>
    launch(launcher, ranks, NABLA, ['train', '--distribute', ...args]);

  test.each(launchers)('$name: the run of one process, written only by rank 0', async (launcher) => {
    const alone = join(folder, 'alone');
    if (!existsSync(alone)) {
      clearSession();
      await run(trainCommand(), ['--out', alone, ...SMALL]);
    }
    const out = join(folder, launcher.name);
    const { code, output } = await train(3, ['--out', out, ...SMALL], launcher);
    expect(code, output).toBe(0);
    expect(output).toContain('3 on 1 machine, ');
    for (const line of ['Epoch 1/2', '96 training images, 20 test images', `report: ${join(out, 'report.html')}`]) {
      expect(output.split(line).length - 1, line).toBe(1);
    }
    for (const [index, row] of rowsOf(alone).entries()) {
      for (const [name, value] of Object.entries(row)) expect(rowsOf(out)[index][name], name).toBeCloseTo(value, 5);
    }
    expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('3 on 1 machine');
    expect(existsSync(join(out, 'run.lock'))).toBe(false);
  });

  test('a signal to any rank saves the run of all, and --resume ends on the same numbers', async () => {
    const whole = join(folder, 'whole');
    const parted = join(folder, 'parted');
    const settings = ['--limit', '960', '--test-limit', '20', '--epochs', '3', '--seed', '5', '--threads', '1'];
    expect((await train(2, ['--out', whole, ...settings])).code).toBe(0);
    const stopped = await launch(launchers[0], 2, NABLA, ['train', '--distribute', '--out', parted, ...settings], {
      watch: (output) => {
        const [, pid] = /rank 1: process (\d+)/.exec(output) ?? [];
        if (output.includes('Epoch 2/3')) process.kill(Number(pid), 'SIGTERM');
        return output.includes('Epoch 2/3');
      },
    });
    expect(stopped.code, stopped.output).toBe(0);
    expect(stopped.output).toContain(`mpirun -n 2 npx nabla train --resume ${parted} --distribute`);
    expect(existsSync(join(parted, 'report.html'))).toBe(false);
    const resumed = await train(2, ['--resume', parted, '--threads', '1']);
    expect(resumed.code, resumed.output).toBe(0);
    expect(rowsOf(parted)).toEqual(rowsOf(whole));
    expect(await weightsOf(parted)).toEqual(await weightsOf(whole));
  });

  test('an error of a rank ends all by its name', async () => {
    const missing = await train(2, ['alexnet8', '--data', '/nowhere', '--out', join(folder, 'missing')]);
    expect(missing.code).not.toBe(0);
    expect(missing.output).toMatch(/rank 0 of 2 on .*\/nowhere/);
    expect(missing.seconds).toBeLessThan(10);
    const none = await train(2, ['--resume', join(folder, 'nothing')]);
    expect(none.code).not.toBe(0);
    expect(none.output).toMatch(/rank 0 of 2 on .*expected the folder of an interrupted run/);
  });

  test('a killed rank ends all within ten seconds by its name, and the run continues to the bit', async () => {
    const { killed, wrong } = await killRanks({ count: 2 * launchers.length, ranks: 2, seed: 2, report: () => {} });
    expect(wrong).toEqual([]);
    expect(killed).toBe(2 * launchers.length);
  });
});
