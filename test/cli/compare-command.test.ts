import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { compareCommand } from '../../src/cli/commands/compare.js';
import { writeHistory } from '../../src/cli/run/history-files.js';
import { parseXml, texts } from '../plots/xml.js';
import { run } from './support.js';

let folder: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'nabla-compare-'));
  await writeHistory(folder, { loss: [2, 1], val_accuracy: [0.4, 0.6] });
  writeFileSync(join(folder, 'article.json'), JSON.stringify({ epochs: 1, rows: [{ epoch: 1, val_accuracy: 0.5 }] }));
  writeFileSync(join(folder, 'broken.json'), '{"rows": 3}');
});
afterAll(() => rmSync(folder, { recursive: true }));

const compare = (...args: string[]) => run(compareCommand(), args);

test("draws and lists a run's folder and another run's file, the best marked", async () => {
  const out = join(folder, 'both.svg');
  const printed = await compare(`mine=${folder}`, join(folder, 'article.json'), '--out', out);
  expect(printed.split('\n')).toEqual([
    'run      epochs  val_accuracy    best (epoch)    loss',
    'mine          2           0.6 *       0.6 (2) *     1 *',
    'article       1           0.5         0.5 (1)       –',
    out,
  ]);
  const shown = texts(parseXml(readFileSync(out, 'utf8')));
  expect(shown).toEqual(expect.arrayContaining(['mine', '0.60', '0.60 (2)', 'article', '0.50', '0.50 (1)']));
});

test('takes a folder of runs, the record of one, and Keras 2 names; says which have no such metric', async () => {
  const runs = join(folder, 'runs');
  for (const [name, history] of Object.entries<Record<string, number[]>>({
    first: { val_acc: [0.1, 0.3], val_loss: [2, 1.5] },
    second: { val_accuracy: [0.2, 0.25], val_loss: [2, 1.25] },
    third: { loss: [3] },
  })) {
    mkdirSync(join(runs, name), { recursive: true });
    await writeHistory(join(runs, name), history);
  }
  mkdirSync(join(runs, 'empty'));
  const out = join(folder, 'runs.svg');
  const found = JSON.parse(await compare(runs, '--out', out, '--json'));
  expect(found).toMatchObject({
    metric: 'val_accuracy',
    without: ['third'],
    picture: out,
    rows: [
      { run: 'first', epochs: 2, best: { value: 0.3, epoch: 2 }, last: { val_loss: 1.5 } },
      { run: 'second', epochs: 2, last: { val_accuracy: 0.25, val_loss: 1.25 } },
    ],
  });
  expect(await compare(runs, '--out', out)).toContain('without val_accuracy: third');
  const byLoss = JSON.parse(await compare(runs, '--out', out, '--metric', 'val_loss', '--json'));
  expect(byLoss.rows.map(({ run }: { run: string }) => run)).toEqual(['second', 'first']);
  writeFileSync(join(runs, 'first', 'run.json'), '{}');
  expect(JSON.parse(await compare(join(runs, 'first', 'run.json'), '--out', out, '--json')).rows[0].run).toBe('first');
  await expect(compare(join(runs, 'empty'), '--out', out)).rejects.toThrow('expected a run or a folder of runs');
});

test('refuses files that are not histories, an unknown metric, another kind of picture', async () => {
  const out = join(folder, 'out.svg');
  await expect(compare(join(folder, 'nowhere'), '--out', out)).rejects.toThrow('nowhere: cannot be read (ENOENT');
  await expect(compare(join(folder, 'broken.json'), '--out', out)).rejects.toThrow('rows is not a list of epochs');
  await expect(compare(folder, '--out', out, '--metric', 'val_los')).rejects.toThrow(
    "compare: --metric is 'val_los', expected one of loss, val_accuracy",
  );
  await expect(compare(folder, '--out', join(folder, 'out.gif'))).rejects.toThrow('ending in .svg or .png');
});
