import { afterEach, expect, test, vi } from 'vitest';
import { reasonOf } from '../../src/base/script-thread.js';

/* The default backend. Each test reloads the modules, because the choice is made once per process. */

async function fresh() {
  vi.resetModules();
  await import('../../src/backends/default.js');
  return await import('../../src/backends/registry.js');
}

afterEach(() => {
  vi.unstubAllEnvs();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

test.each([
  ['NABLA_THREADS', '0', 'NABLA_THREADS: threads is 0, expected an integer ≥ 1'],
  ['NABLA_THREADS', 'many', 'NABLA_THREADS: threads is NaN'],
  ['NABLA_WASM', 'fast', 'NABLA_WASM is fast, expected one of turbo, relaxed, simd'],
  ['NABLA_BACKEND', 'gpu', "NABLA_BACKEND is 'gpu', expected cpu or wasm"],
])('%s=%s is an error, not a slower backend', async (name, value, message) => {
  vi.stubEnv(name, value);
  const { currentBackend, setBackend } = await fresh();
  expect(() => currentBackend()).toThrow(message);
  // The command line asks for auto, which reads no name.
  if (name !== 'NABLA_BACKEND') await expect(setBackend('auto')).rejects.toThrow(message);
});

test('a page that forbids WebAssembly gets the cpu backend, and a note that says why', async () => {
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
  vi.spyOn(WebAssembly, 'Module').mockImplementation(function refuse() {
    throw new WebAssembly.CompileError('Wasm code generation disallowed by embedder');
  } as never);
  const { backendInfo } = await fresh();
  const { name, notes } = backendInfo();
  expect(name).toBe('cpu');
  expect(notes.join()).toMatch(/wasm not used: .*disallowed by embedder.*wasm-unsafe-eval/);
  expect(warn).toHaveBeenCalledOnce();
});

test('an environment that may not be read is an empty one', async () => {
  // Deno without --allow-env.
  const env = new Proxy(
    {},
    {
      get: () => {
        throw new Error('NotCapable: Requires env access');
      },
    },
  );
  vi.stubGlobal('process', Object.assign(Object.create(process), { env }));
  const { currentBackend } = await fresh();
  expect(currentBackend().name).toBe('wasm');
});

test.each([
  ['wasm', { thread: 2 }, "wasm: there is no option thread; did you mean 'threads'?"],
  ['wasm', { threads: 0 }, 'wasm: threads is 0, expected an integer ≥ 1'],
  ['wasm', { variant: 'fast' }, "wasm: variant is 'fast', expected one of 'turbo', 'relaxed', 'simd'"],
  ['cpu', { threads: 2 }, 'cpu: there is no option threads'],
] as const)('setBackend(%s, %j) is refused', async (name, options, message) => {
  const { setBackend } = await fresh();
  await expect(setBackend(name, options)).rejects.toThrow(message);
});

test('a worker that a policy blocks ends with a reason', () => {
  expect(reasonOf({})).toMatch(/Content-Security-Policy has to allow worker-src blob:/);
  expect(reasonOf({ message: 'out of memory' })).toBe('out of memory');
});
