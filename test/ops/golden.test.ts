import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, describe, expect, test } from 'vitest';
import { type GoldenFile, readGoldenFile } from '../../scripts/golden/file.js';
import { runGolden } from '../../scripts/golden/run.js';
import { FormatError } from '../../src/base/errors.js';
import { memory } from '../../src/tensor/scope.js';
import { startBackend } from '../support/backends.js';

const root = new URL('../../', import.meta.url);
const small = fileURLToPath(new URL('test/fixtures/golden-small.json', root));
/** The complete set, if it exists next to the checkout. */
const whole = fileURLToPath(new URL('../shared/golden/ops.json', root));

const MODES = [
  { backend: 'cpu', dtype: 'float64', tolerance: 1e-9 },
  { backend: 'cpu', dtype: 'float32', tolerance: 1e-4 },
  { backend: 'wasm', dtype: 'float32', tolerance: 1e-4 },
] as const;

describe.each([
  { label: 'the small file', path: small },
  { label: '../shared/golden/ops.json', path: whole },
])('$label', ({ path }) => {
  test.skipIf(!existsSync(path)).each(MODES)('$backend, $dtype', async ({ backend, dtype, tolerance }) => {
    await startBackend(backend);
    const file = readGoldenFile(path);
    const before = memory();
    const { passed, failures } = await runGolden(file, { dtype, tolerance });
    expect(failures).toEqual([]);
    expect(passed).toBe(file.cases.length + file.optimizers.length);
    expect(passed).toBeGreaterThan(40);
    expect(memory()).toEqual(before);
  });
});

describe('faults are found', () => {
  const file = readGoldenFile(small);
  const settings = { dtype: 'float64', tolerance: 1e-9 } as const;

  /** The failures after one case was changed. */
  async function failuresOf(change: (file: GoldenFile) => object): Promise<readonly string[]> {
    const changed = { ...file, optimizers: [], cases: [], ...change(structuredClone(file)) };
    return (await runGolden(changed, settings)).failures;
  }

  test.each([
    ['an output', 'output'],
    ['a gradient', 'gradients'],
  ] as const)('%s that is off by one part in a million', async (_, caller) => {
    await startBackend('cpu');
    const failures = await failuresOf(({ cases }) => {
      const [first] = cases;
      const spoilt = caller === 'output' ? first.output : first.gradients.weight;
      (spoilt.data as number[])[0] += 1e-6;
      return { cases };
    });
    expect(failures).toHaveLength(1);
    expect(failures[0]).toMatch(
      caller === 'output' ? /^conv2d .*: output is off by/ : /^conv2d .*: gradient of weight is off by/,
    );
  });

  test('a step of an optimizer', async () => {
    const failures = await failuresOf(({ optimizers }) => {
      (optimizers[4].steps[3].weight.data as number[])[2] += 1e-6;
      return { optimizers };
    });
    expect(failures).toEqual([expect.stringMatching(/^adam .*weight after step 4 is off by/)]);
  });

  test('an unknown op, option and optimizer', async () => {
    const failures = await failuresOf(({ cases: [first], optimizers: [sgd] }) => ({
      cases: [
        { ...first, name: 'one', op: 'toString' },
        { ...first, name: 'two', options: { ...first.options, flip: true } },
      ],
      optimizers: [{ ...sgd, optimizer: 'tiger' }],
    }));
    expect(failures).toEqual([
      'one: the op toString is not known',
      'two: conv2d: the option flip is not known',
      expect.stringMatching(/^tiger .*: the optimizer tiger is not known$/),
    ]);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nabla-golden-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  const written = (text: string): string => {
    const path = join(folder, 'file.json');
    writeFileSync(path, text);
    return path;
  };
  const tensor = { shape: [2], data: [1, 2] };
  const valid = { name: 'a', op: 'relu', inputs: { x: tensor }, output: tensor, outputGradient: tensor };

  test.each([
    ['nothing', '', /is not JSON/],
    ['cut short', readFileSync(small, 'utf8').slice(0, 1000), /is not JSON/],
    ['a list', '[]', /expected an object/],
    ['no cases', '{}', /cases is missing, expected a list/],
    ['a case without op', JSON.stringify({ cases: [{ ...valid, op: 3 }] }), /cases\[0\]\.op is 3, expected a string/],
    [
      'too few numbers',
      JSON.stringify({ cases: [{ ...valid, output: { shape: [3], data: [1, 2] } }] }),
      /cases\[0\]\.output\.data has 2 numbers, expected those of shape \[3\]/,
    ],
    [
      'a number that is none',
      JSON.stringify({ cases: [{ ...valid, output: { shape: [2], data: [1, 'x'] } }] }),
      /cases\[0\]\.output\.data\[1\] is "x", expected a number/,
    ],
  ])('%s', (_, text, message) => {
    const read = () => readGoldenFile(written(text));
    expect(read).toThrow(FormatError);
    expect(read).toThrow(message);
  });

  test('a file that is not there', () => {
    expect(() => readGoldenFile(join(folder, 'absent.json'))).toThrow(/absent\.json: cannot be read/);
  });
});

describe('npm run golden', () => {
  const tsx = fileURLToPath(new URL('node_modules/tsx/dist/cli.mjs', root));
  const script = fileURLToPath(new URL('scripts/golden.ts', root));
  const run = (...args: string[]) =>
    promisify(execFile)(process.execPath, [tsx, script, ...args]).then(
      ({ stdout, stderr }) => ({ code: 0, stdout, stderr }),
      ({ code, stdout, stderr }) => ({ code: code as number, stdout: stdout as string, stderr: stderr as string }),
    );

  test('ends with the counts', async () => {
    const { code, stdout } = await run(small);
    expect(stdout).toMatch(/on cpu .* in float64/);
    expect(stdout).toMatch(/\n\d+ passed, 0 failed\n$/);
    expect(code).toBe(0);
  });

  test('exits with 1 when something differs, one line each', async () => {
    const { code, stdout } = await run(small, '--tolerance', '1e-18');
    expect(code).toBe(1);
    expect(stdout).toMatch(/FAILED conv2d .*output is off by/);
    expect(stdout).toMatch(/\n\d+ passed, [1-9]\d* failed\n$/);
  });

  test('exits with 2 and an explanation when it cannot run', async () => {
    expect(await run('absent.json')).toMatchObject({ code: 2, stderr: expect.stringContaining('cannot be read') });
    expect(await run(small, '--backend', 'abacus')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("setBackend: name is 'abacus'"),
    });
  });
});
