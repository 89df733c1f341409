import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { kills, summaryOf } from '../../scripts/campaign/kills/kills.js';

/* A small part of `npm run campaign -- kills`; every 21st of 73 changes takes one after the last state. */

test('a killed run continues to the same weights and history', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-record-'));
  const record = join(folder, 'trials.jsonl');
  const options = { count: 4, seed: 1, every: 21, record, report: () => {} };
  const results = await kills(options);
  expect(results.filter(({ outcome }) => outcome !== 'equal')).toEqual([]);
  expect(results.reduce((sum, trial) => sum + trial.kills, 0)).toBeGreaterThanOrEqual(4);
  expect(summaryOf(results)).toMatch(/^\d+ runs, \d+ kills: \d+ equal, 0 wrong, 0 lost, 0 hung, 0 failed$/);
  // A campaign that is continued repeats nothing.
  const kept = readFileSync(record, 'utf8');
  expect(await kills(options)).toEqual(results);
  expect(readFileSync(record, 'utf8')).toBe(kept);
  await expect(kills({ ...options, seed: 2 })).rejects.toThrow('expected seed 2');
  rmSync(folder, { recursive: true });
}, 300_000);
