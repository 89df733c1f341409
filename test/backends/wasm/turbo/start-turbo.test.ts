import { afterEach, expect, test, vi } from 'vitest';
import { WasmBackend } from '../../../../src/backends/wasm/index.js';
import { startRuntime } from '../../../../src/backends/wasm/start-runtime.js';
import { FAMILIES } from '../../../../src/backends/wasm/turbo/calls/index.js';
import { family, result, type TurboCheck } from '../../../../src/backends/wasm/turbo/kernel-call.js';
import { startTurbo } from '../../../../src/backends/wasm/turbo/start-turbo.js';
import { compile, hasTurbo, moduleBytes } from '../../../../src/backends/wasm/variant.js';

// Before Node 24 V8 does not know the flag; all else of the check runs there too.
vi.mock('../../../../src/backends/wasm/platform.js', async (original) => {
  const module = await original<typeof import('../../../../src/backends/wasm/platform.js')>();
  const knows = (flag: string) => hasTurbo() || !flag.endsWith('revectorize');
  return { ...module, setEngineFlag: (flag: string) => knows(flag) && module.setEngineFlag(flag) };
});

const CHECKED = { variant: 'turbo', check: FAMILIES } as const;
const started: WasmBackend[] = [];

function start(...given: ConstructorParameters<typeof WasmBackend>): WasmBackend {
  const backend = new WasmBackend(...given);
  started.push(backend);
  return backend;
}

afterEach(() => {
  for (const backend of started.splice(0)) backend.dispose();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** Each run of its call gives another number. */
function failingCheck(): TurboCheck {
  let runs = 0;
  const call = family('creation')([result([5])], (kernels, [out]) => kernels.fill(out, ++runs));
  return { calls: [call], isComplete: false };
}

test('a program takes turbo from Node 24 on, and else a note says why not', () => {
  const { variant, notes } = start({ threads: 1 }, CHECKED).info();
  if (hasTurbo()) expect([variant, notes]).toEqual(['turbo', []]);
  else expect([variant, notes]).toEqual(['relaxed', ['turbo not used: it needs Node 24 or later on x64']]);
});

test('the library uses it only on request', () => {
  expect(start({ threads: 1 }).info()).toMatchObject({
    variant: 'relaxed',
    notes: ['turbo not used: it is experimental, NABLA_WASM=turbo enables it'],
  });
  vi.stubEnv('NABLA_WASM', 'turbo');
  expect(start({ threads: 1 }).info().variant).toBe(hasTurbo() ? 'turbo' : 'relaxed');
});

test.each(['relaxed', 'simd'] as const)('%s that is asked for comes before the default', (variant) => {
  expect(start({ threads: 1, variant }, CHECKED).info()).toMatchObject({
    variant,
    notes: [expect.stringMatching(`${variant} was requested`)],
  });
  vi.stubEnv('NABLA_WASM', variant);
  expect(start({ threads: 1 }, CHECKED).info().variant).toBe(variant);
});

test('each check is made once in a process', () => {
  const check: TurboCheck = { calls: FAMILIES.calls.slice(0, 3).map((call) => ({ ...call })), isComplete: false };
  const run = vi.spyOn(check.calls[0], 'run');
  expect(startTurbo(1, check)).not.toBeInstanceOf(Array);
  expect(startTurbo(1, check)).not.toBeInstanceOf(Array);
  expect(run).toHaveBeenCalledTimes(2);
});

test('names the families that differ', () => {
  const check = failingCheck();
  expect(startTurbo(1, check)).toEqual(['creation']);
  expect(startTurbo(1, check)).toEqual(['creation']);
});

test.runIf(hasTurbo())('a kernel that fails the check leaves relaxed, with a warning and a note', () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  const backend = start({ threads: 1 }, { variant: 'turbo', check: failingCheck() });
  const note = 'turbo not used: on this engine it gives other results for creation';
  expect(backend.info()).toMatchObject({ variant: 'relaxed', notes: [note] });
  expect(warn).toHaveBeenCalledExactlyOnceWith(`nabla: wasm: ${note}`);
  expect(startRuntime('relaxed', 1).registerTile).toEqual({ rows: 6, columns: 8 });
});

test('modules of different flags have different bytes, since V8 compiles equal ones once', () => {
  const names = ['baseline', 'turbo', 'relaxed'].map((name) => {
    const { module } = compile(moduleBytes('relaxed'), name);
    return WebAssembly.Module.customSections(module, name).length;
  });
  expect(names).toEqual([1, 1, 1]);
});
