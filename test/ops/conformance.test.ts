import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { backendInfo, setThreads, withBackend } from '../../src/backends/registry.js';
import { shapesBackend } from '../../src/backends/shapes/index.js';
import { isFloat } from '../../src/base/dtype.js';
import { tidy } from '../../src/tensor/scope.js';
import * as rankedOps from '../../src/tfjs/ranked-ops.js';
import { cases } from '../cases/index.js';
import { CONFIGURATIONS, type Configuration, REQUIRED, startBackend, whyNot } from '../support/backends.js';
import { outputsOf } from '../support/case.js';
import { evaluate, type HostResult, normalizedError, sameBits } from '../support/evaluate.js';
import { uploadInputs } from '../support/inputs.js';

type Results = Record<string, HostResult>;

const reference = new Map<string, Results>();

beforeAll(async () => {
  await startBackend('cpu');
  for (const each of cases) reference.set(each.name, evaluate(each, 'float64'));
});

afterAll(() => startBackend('cpu'));

/** Holds float32 results against those of float64. */
function compare(results: Results, expected: Results, tolerance: number): void {
  expect(Object.keys(results)).toEqual(Object.keys(expected));
  for (const [what, { shape, dtype, values }] of Object.entries(results)) {
    const wanted = expected[what];
    expect(shape, what).toEqual(wanted.shape);
    expect(dtype, what).toBe(wanted.dtype === 'float64' ? 'float32' : wanted.dtype);
    const error = normalizedError(values, wanted.values);
    expect(error, `${what}: error ${error}`).toBeLessThanOrEqual(isFloat(dtype) ? tolerance : 0);
  }
}

const unavailable = new Map<Configuration, string | null>();
for (const each of CONFIGURATIONS) unavailable.set(each, await whyNot(each));

for (const configuration of CONFIGURATIONS) {
  const reason = unavailable.get(configuration);
  describe.skipIf(reason)(
    `${configuration.label} in float32 against cpu in float64${reason ? `: ${reason}` : ''}`,
    () => {
      beforeAll(() => startBackend(configuration.backend, configuration.options));

      for (const each of cases) {
        test(each.name, () => {
          expect(backendInfo().name).toBe(configuration.backend);
          if (configuration.variant) expect(backendInfo().variant).toBe(configuration.variant);
          compare(evaluate(each, 'float32'), reference.get(each.name)!, each.tolerance);
        });
      }
    },
  );
}

describe('the shapes backend answers without data', () => {
  for (const each of cases) {
    test(each.name, () => {
      const outputs = withBackend(shapesBackend, () =>
        tidy(() => {
          const results = outputsOf(each.run(uploadInputs(each.inputs(), 'float64')));
          return results.map(({ shape, dtype }) => ({ shape, dtype }));
        }),
      );
      const expected = Object.entries(reference.get(each.name)!).filter(([what]) => what.startsWith('output'));
      expect(outputs).toEqual(expected.map(([, { shape, dtype }]) => ({ shape, dtype })));
    });
  }
});

const threaded = CONFIGURATIONS.filter((each) => each.backend === 'wasm' && !unavailable.get(each));

describe.skipIf(threaded.length === 0)('1, 2 and 3 threads give the same bits (needs shared memory)', () => {
  test.each(threaded)('$label', async ({ backend, options }) => {
    await startBackend(backend, options);
    const different: string[] = [];
    const single = new Map<string, Results>();
    for (const threads of [1, 2, 3]) {
      setThreads(threads);
      expect(backendInfo().threads).toBe(threads);
      for (const each of cases) {
        const results = evaluate(each, 'float32');
        if (threads === 1) single.set(each.name, results);
        else if (!sameBits(results, single.get(each.name)!)) different.push(`${each.name}, ${threads} threads`);
      }
    }
    expect(different).toEqual([]);
  });
});

/** Files of src/ops that are not families of ops; helpers that are not made of ops are in src/ops/shared. */
const MACHINERY = new Set([
  'op.ts',
  'methods.ts',
  'away-from-zero.ts',
  'profile.ts',
  'last-of-each.ts',
  'sample-pixels.ts',
  'dilated-pool.ts',
]);

/**
 * They wait for values to tell their shape, so no case can run them on every backend; select-by-mask.test.ts and
 * test/tfjs/values.test.ts have them.
 */
const WAITING = new Set([
  'whereAsync',
  'booleanMaskAsync',
  'unique',
  'broadcastArgs',
  'setdiff1dAsync',
  'inTopKAsync',
  'nonMaxSuppression',
  'nonMaxSuppressionAsync',
  'nonMaxSuppressionWithScore',
  'nonMaxSuppressionWithScoreAsync',
  'nonMaxSuppressionPadded',
  'nonMaxSuppressionPaddedAsync',
]);

test('every op has a case, and every case an op', async () => {
  const folder = new URL('../../src/ops/', import.meta.url);
  const exported = new Set<string>(Object.keys(rankedOps));
  const files = [...readdirSync(folder), 'recurrent/lstm.ts', 'recurrent/gru.ts'];
  for (const file of files.filter((name) => name.endsWith('.ts') && !MACHINERY.has(name))) {
    const module: object = await import(new URL(file, folder).href);
    for (const name of Object.keys(module)) if (!WAITING.has(name)) exported.add(name);
  }
  expect([...new Set(cases.map(({ op }) => op))].sort()).toEqual([...exported].sort());
});

test('NABLA_REQUIRE_BACKENDS names backends that a suite here runs', () => {
  const known = [...CONFIGURATIONS.map(({ backend }) => backend), 'gpu'];
  expect(REQUIRED.filter((name) => !known.includes(name))).toEqual([]);
});

test('a required backend that cannot run is an error, another one a reason to skip', async () => {
  const missing = { label: 'abacus', backend: 'abacus' };
  expect(await whyNot(missing, [])).toMatch("abacus: setBackend: name is 'abacus', expected one of");
  await expect(whyNot(missing, ['abacus'])).rejects.toThrow('required by NABLA_REQUIRE_BACKENDS: abacus');
  const misnamed = { label: 'cpu', backend: 'cpu', variant: 'steam' };
  expect(await whyNot(misnamed, [])).toMatch('cpu: float64-capable loops runs instead');
});

test('case names are distinct', () => {
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length);
});
