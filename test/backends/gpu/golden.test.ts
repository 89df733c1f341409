import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readGoldenFile } from '../../../scripts/golden/file.js';
import { runGolden } from '../../../scripts/golden/run.js';
import { setBackend } from '../../../src/backends/registry.js';
import { gpuInfo } from '../../../src/gpu.js';
import { memory } from '../../../src/tensor/scope.js';
import { MODES, startMode } from './modes.js';

const path = (file: string): string => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

afterAll(() => setBackend('cpu'));

describe.each([
  { label: 'the small file', file: path('test/fixtures/golden-small.json') },
  // The complete set, if it exists next to the checkout.
  { label: '../shared/golden/ops.json', file: path('../shared/golden/ops.json') },
])('$label', ({ file }) => {
  test.skipIf(!existsSync(file)).each(MODES)('gpu.js in mode %s, within 1e-4', async (mode) => {
    await startMode(mode);
    const golden = readGoldenFile(file);
    const before = memory();
    const { passed, failures } = await runGolden(golden, { dtype: 'float32', tolerance: 1e-4 });
    expect(failures).toEqual([]);
    expect(passed).toBe(golden.cases.length + golden.optimizers.length);
    expect(memory()).toEqual(before);
    expect(gpuInfo().alive.arrays).toBe(0);
  });
});
