import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { setBackend } from '../../../src/backends/registry.js';
import { memory } from '../../../src/tensor/scope.js';
import { webgpuInfo } from '../../../src/webgpu.js';
import { cases } from '../../cases/index.js';
import { evaluate } from '../../support/evaluate.js';
import {
  DRIVER_TOLERANCE,
  differences,
  evaluateLater,
  type Results,
  WITHOUT_INFINITIES,
} from '../gpu/evaluate-later.js';
import { HAS_WEBGPU, NEEDS, startWebGpu } from './start.js';

const reference = new Map<string, Results>();

afterAll(() => setBackend('cpu'));

describe.skipIf(!HAS_WEBGPU)(`webgpu against cpu in float64${NEEDS}`, () => {
  let before: ReturnType<typeof memory>;

  beforeAll(async () => {
    await setBackend('cpu');
    for (const each of cases) reference.set(each.name, evaluate(each, 'float64'));
    await startWebGpu();
    before = memory();
  });

  for (const each of cases) {
    const needsInfinities = WITHOUT_INFINITIES.includes(each.name);
    test.skipIf(needsInfinities)(`${each.name}${needsInfinities ? ' (needs infinities)' : ''}`, async () => {
      const results = await evaluateLater(each);
      expect(differences(results, reference.get(each.name)!, Math.max(each.tolerance, DRIVER_TOLERANCE))).toEqual([]);
      expect(memory()).toEqual(before);
      expect(webgpuInfo().counts.buffers).toBe(0);
    });
  }
});
