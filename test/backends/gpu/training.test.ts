import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import '../../../src/ops/methods.js';
import { setBackend } from '../../../src/backends/registry.js';
import { gpuInfo } from '../../../src/gpu.js';
import { memory } from '../../../src/tensor/scope.js';
import { MODELS, train } from './models.js';
import { MODES, startMode } from './modes.js';

const STEPS = 30;

const expected = new Map<string, readonly number[]>();

beforeAll(async () => {
  await setBackend('cpu');
  for (const each of MODELS) {
    expected.set(each.name, await train(each, { steps: STEPS }));
  }
});

afterAll(() => setBackend('cpu'));

describe.each(MODES)('gpu.js in mode %s', (mode) => {
  beforeAll(async () => void (await startMode(mode)));

  test.each(MODELS.map((each) => [each.name, each] as const))(
    '%s: losses of 30 steps follow the cpu backend',
    async (name, each) => {
      const before = memory();
      const held = gpuInfo().alive.arrays;
      const losses = await train(each, { steps: STEPS });
      const wanted = expected.get(name)!;
      expect(wanted[STEPS - 1]).toBeLessThan(0.9 * wanted[0]);
      for (const [step, loss] of losses.entries()) {
        expect(Math.abs(loss - wanted[step]), `step ${step}: ${loss} for ${wanted[step]}`).toBeLessThanOrEqual(1e-3);
      }
      expect(memory()).toEqual(before);
      expect(gpuInfo().alive.arrays).toBe(held);
    },
  );
});
