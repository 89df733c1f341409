import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { readGoldenFile } from '../../../scripts/golden/file.js';
import { runGolden } from '../../../scripts/golden/run.js';
import { setBackend } from '../../../src/backends/registry.js';
import { memory } from '../../../src/tensor/scope.js';
import { webgpuInfo } from '../../../src/webgpu.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

const path = (file: string): string => fileURLToPath(new URL(`../../../${file}`, import.meta.url));

/** The complete set, if it exists next to the checkout. */
const FILES = ['test/fixtures/golden-small.json', '../shared/golden/ops.json'];

afterAll(() => setBackend('cpu'));

describe.skipIf(!HAS_WEBGPU).each(FILES)(`%s on webgpu${NEEDS}`, (name) => {
  const file = path(name);
  test.skipIf(!existsSync(file))('within 1e-4', async () => {
    await startWebGpu();
    const golden = readGoldenFile(file);
    const before = memory();
    const { passed, failures } = await runGolden(golden, { dtype: 'float32', tolerance: 1e-4 });
    expect(failures).toEqual([]);
    expect(passed).toBe(golden.cases.length + golden.optimizers.length);
    expect(memory()).toEqual(before);
    expect(webgpuInfo().counts.buffers).toBe(0);
  });
});
