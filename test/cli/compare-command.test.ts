import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

test("draws a run's folder and another run's file", async () => {
  const out = join(folder, 'both.svg');
  expect(await compare(`mine=${folder}`, join(folder, 'article.json'), '--out', out)).toBe(out);
  const shown = texts(parseXml(readFileSync(out, 'utf8')));
  expect(shown).toContain('mine  0.60');
  expect(shown).toContain('article  0.50');
});

test('refuses files that are not histories, an unknown metric, another kind of picture', async () => {
  const out = join(folder, 'out.svg');
  await expect(compare(join(folder, 'nowhere'), '--out', out)).rejects.toThrow('nowhere: cannot be read (ENOENT');
  await expect(compare(join(folder, 'broken.json'), '--out', out)).rejects.toThrow('rows is not a list of epochs');
  await expect(compare(folder, '--out', out, '--metric', 'val_acc')).rejects.toThrow("no run has the metric 'val_acc'");
  await expect(compare(folder, '--out', join(folder, 'out.gif'))).rejects.toThrow('ending in .svg or .png');
});
