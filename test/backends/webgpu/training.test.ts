import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../../src/ops/methods.js';
import { setBackend } from '../../../src/backends/registry.js';
import { memory } from '../../../src/tensor/scope.js';
import { webgpuInfo } from '../../../src/webgpu.js';
import { MODELS, train } from '../gpu/models.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

const STEPS = 30;

afterAll(() => setBackend('cpu'));

describe.skipIf(!HAS_WEBGPU)(`training on webgpu${NEEDS}`, () => {
  const expected = new Map<string, readonly number[]>();

  beforeAll(async () => {
    await setBackend('cpu');
    for (const each of MODELS) expected.set(each.name, await train(each, { steps: STEPS }));
    await startWebGpu();
  });

  test.each(MODELS.map((each) => [each.name, each] as const))(
    '%s: losses of 30 steps follow the cpu backend',
    async (name, each) => {
      const before = memory();
      const held = webgpuInfo().counts.buffers;
      const losses = await train(each, { steps: STEPS });
      const wanted = expected.get(name)!;
      expect(wanted[STEPS - 1]).toBeLessThan(0.9 * wanted[0]);
      for (const [step, loss] of losses.entries()) {
        expect(Math.abs(loss - wanted[step]), `step ${step}: ${loss} for ${wanted[step]}`).toBeLessThanOrEqual(1e-3);
      }
      expect(memory()).toEqual(before);
      expect(webgpuInfo().counts.buffers).toBe(held);
    },
  );
});
