import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendInfo, setThreads } from '../../../src/backends/registry.js';
import { isFloat } from '../../../src/base/dtype.js';
import { ShapeError } from '../../../src/base/errors.js';
import { memory } from '../../../src/tensor/scope.js';
import { CONFIGURATIONS, startBackend, whyNot } from '../../support/backends.js';
import type { Case } from '../../support/case.js';
import { evaluate, type HostResult, normalizedError, sameBits } from '../../support/evaluate.js';
import * as axes from './axes.js';
import { Draw } from './draw.js';
import * as windows from './windows.js';

/*
 * Ops with random geometries: the same for the same seed. Each must give, forward and
 * backward, what the cpu gives in float64, the same bits for any number of threads, and its memory back; or be refused
 * everywhere alike.
 *
 * NABLA_PROPERTY_SEED (default 1) and NABLA_PROPERTY_CASES (of each family, default 12) search further.
 */

const SEED = Number(process.env.NABLA_PROPERTY_SEED ?? 1);
const COUNT = Number(process.env.NABLA_PROPERTY_CASES ?? 12);

/** Products of some thousand terms of standard normal size, and tiles of a convolution, in float32. */
const TOLERANCE = 3e-5;

const families = { ...windows, ...axes };
const cases: readonly Case[] = Object.values(families).flatMap((family) =>
  Array.from({ length: COUNT }, (_, i) => family(new Draw(SEED + i))),
);

type Outcome = Record<string, HostResult> | string;

/** What a case gives, or how it is refused; nothing stays behind either way. */
function outcome(each: Case, float: 'float32' | 'float64'): Outcome {
  const before = memory();
  try {
    return evaluate(each, float);
  } catch (error) {
    if (!(error instanceof ShapeError)) throw error;
    return error.message;
  } finally {
    expect(memory(), each.name).toEqual(before);
  }
}

/** Where an outcome is not the expected one. */
function differences(name: string, given: Outcome, expected: Outcome): string[] {
  if (typeof given === 'string' || typeof expected === 'string') {
    return given === expected ? [] : [`${name}: ${JSON.stringify(given)}, expected ${JSON.stringify(expected)}`];
  }
  return Object.entries(given).flatMap(([what, { shape, dtype, values }]) => {
    expect(shape, `${name}: ${what}`).toEqual(expected[what].shape);
    const error = normalizedError(values, expected[what].values);
    return error <= (isFloat(dtype) ? TOLERANCE : 0) ? [] : [`${name}: ${what}: error ${error}`];
  });
}

const reference = new Map<Case, Outcome>();

beforeAll(async () => {
  await startBackend('cpu');
  for (const each of cases) reference.set(each, outcome(each, 'float64'));
});

afterAll(() => startBackend('cpu'));

for (const configuration of CONFIGURATIONS) {
  const { label, backend, options } = configuration;
  const reason = await whyNot(configuration);
  describe.skipIf(reason)(`${label}${reason ? `: ${reason}` : ''}, from seed ${SEED}`, () => {
    test('agrees with the cpu in float64', async () => {
      await startBackend(backend, options);
      expect(cases.flatMap((each) => differences(each.name, outcome(each, 'float32'), reference.get(each)!))).toEqual(
        [],
      );
    });

    test.skipIf(backend !== 'wasm')('gives the same bits with 1 and 3 threads (wasm only)', async () => {
      await startBackend(backend, options);
      const [single, several] = [1, 3].map((threads) => {
        setThreads(threads);
        expect(backendInfo().threads).toBe(threads);
        return cases.map((each) => outcome(each, 'float32'));
      });
      const differ = (a: Outcome, b: Outcome) => typeof a !== 'string' && typeof b !== 'string' && !sameBits(a, b);
      expect(cases.filter((_, i) => differ(single[i], several[i])).map(({ name }) => name)).toEqual([]);
    });
  });
}

test('most random cases are taken, some are refused', () => {
  const refused = cases.filter((each) => typeof reference.get(each) === 'string').length;
  expect(refused).toBeGreaterThan(0);
  expect(refused).toBeLessThan(cases.length / 5);
});
