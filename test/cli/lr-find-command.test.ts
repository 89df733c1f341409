import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import '../../src/backends/default.js';
import { lrFindCommand } from '../../src/cli/commands/lr-find.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { learningRates } from '../../src/plots/index.js';
import { run } from './support.js';

let root: string;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'nabla-lr-'));
});
afterAll(() => rmSync(root, { recursive: true }));
beforeEach(clearSession);

const find = (...args: string[]) => run(lrFindCommand(), ['lenet5', '--limit', '320', ...args]);

test('suggests a rate at which the loss of LeNet-5 falls, and draws the losses', async () => {
  const out = join(root, 'rates.svg');
  const printed = await find('--steps', '40', '--from', '1e-5', '--out', out);
  const [, rate] = /--learning-rate (\S+)/.exec(printed)!;
  expect(Number(rate)).toBeGreaterThan(1e-5);
  // Above about 0.1 the loss explodes and falls again.
  expect(Number(rate)).toBeLessThan(0.1);
  expect(readFileSync(out, 'utf8')).toMatch(/^<svg[\s\S]*falls fastest at/);
});

test('refuses a range that does not rise, and another ending than .svg and .png', async () => {
  await expect(find('--from', '1', '--to', '0.1')).rejects.toThrow(/findLearningRate: to is 0\.1, expected more than/);
  await expect(find('--steps', '10', '--out', join(root, 'rates.gif'))).rejects.toThrow(/\.svg or \.png/);
});

test('a chart without losses is refused, and one without a suggestion notes it', () => {
  expect(() => learningRates({ rates: [], losses: [], suggestion: null })).toThrow(
    /learningRates: there are no losses/,
  );
  expect(learningRates({ rates: [0.1, 1], losses: [1, 2], suggestion: null })).toContain('the loss never falls');
});
