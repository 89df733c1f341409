import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendInfo, setBackend } from '../../../src/backends/registry.js';
import { gpuInfo } from '../../../src/gpu.js';
import { memory } from '../../../src/tensor/scope.js';
import { cases } from '../../cases/index.js';
import { evaluate } from '../../support/evaluate.js';
import { DRIVER_TOLERANCE, differences, evaluateLater, type Results, WITHOUT_INFINITIES } from './evaluate-later.js';
import { MODES, startMode } from './modes.js';

const reference = new Map<string, Results>();

beforeAll(async () => {
  await setBackend('cpu');
  for (const each of cases) reference.set(each.name, evaluate(each, 'float64'));
});

afterAll(() => setBackend('cpu'));

describe.each(MODES)('gpu.js in mode %s against cpu in float64', (mode) => {
  const tolerance = mode === 'cpu' || mode === 'webasm' ? 2e-5 : DRIVER_TOLERANCE;
  let before: ReturnType<typeof memory>;

  beforeAll(async () => {
    const { adapter } = await startMode(mode);
    expect(backendInfo().variant).toBe(`${mode} (${adapter})`);
    before = memory();
  });

  for (const each of cases) {
    const needsInfinities = mode === 'webgpu' && WITHOUT_INFINITIES.includes(each.name);
    test.skipIf(needsInfinities)(`${each.name}${needsInfinities ? ' (needs infinities)' : ''}`, async () => {
      const results = await evaluateLater(each);
      expect(differences(results, reference.get(each.name)!, Math.max(each.tolerance, tolerance))).toEqual([]);
      expect(memory()).toEqual(before);
      expect(gpuInfo().alive.arrays).toBe(0);
    });
  }
});
