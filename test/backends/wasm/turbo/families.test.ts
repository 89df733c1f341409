import { describe, expect, test, vi } from 'vitest';
import type { Runtime } from '../../../../src/backends/wasm/runtime.js';
import { startRuntime } from '../../../../src/backends/wasm/start-runtime.js';
import { resultsOf } from '../../../../src/backends/wasm/turbo/call-results.js';
import { FAMILIES } from '../../../../src/backends/wasm/turbo/calls/index.js';
import { PRODUCTS } from '../../../../src/backends/wasm/turbo/calls/products.js';
import { differingFamilies } from '../../../../src/backends/wasm/turbo/start-turbo.js';
import { compile, moduleBytes, selectVariant } from '../../../../src/backends/wasm/variant.js';

// Allows relaxed SIMD on Node 20.
selectVariant('relaxed');
const { calls } = FAMILIES;
const exportsOf = (module: WebAssembly.Module) =>
  WebAssembly.Module.exports(module).flatMap(({ name, kind }) => (kind === 'function' ? [name] : []));
const kernels = exportsOf(compile(moduleBytes('relaxed'), 'relaxed').module);

/** A runtime in which a kernel is never run. */
function without(kernel: string): Runtime {
  const runtime = startRuntime('turbo', 1);
  const launch = runtime.launch.bind(runtime);
  vi.spyOn(runtime, 'launch').mockImplementation((name, ...rest) => {
    if (name !== kernel) launch(name, ...rest);
  });
  return runtime;
}

const expected = resultsOf(calls, startRuntime('turbo', 1));

test('runs every kernel of the module', () => {
  const runtime = startRuntime('relaxed', 1);
  const launch = vi.spyOn(runtime, 'launch');
  resultsOf(calls, runtime);
  expect([...new Set(launch.mock.calls.map(([kernel]) => kernel))].sort()).toEqual([...kernels].sort());
});

test('finds no difference between two runs, on any number of threads', () => {
  const runtime = startRuntime('turbo', 2);
  expect(differingFamilies(calls, expected, resultsOf(calls, runtime))).toEqual([]);
  runtime.pool.dispose();
});

test.each(kernels)('finds it if %s does nothing', (kernel) => {
  const families = differingFamilies(calls, expected, resultsOf(calls, without(kernel)));
  expect(families.length).toBeGreaterThan(0);
  expect(families.length).toBeLessThan(new Set(calls.map(({ family }) => family)).size / 2);
});

test.each([
  ['packPanels', 'matrix products'],
  ['rowsProduct', 'matrix products'],
  ['winogradConv2d', 'convolutions in 4×4 tiles'],
  ['winogradOutput', 'convolutions in 4×4 tiles'],
  ['winogradConv2dSmall', 'convolutions in 2×2 tiles'],
  ['winogradFilterGradient', 'convolutions in 4×4 tiles, filter gradient'],
  ['adamUpdate', 'updates'],
  ['castFloatsToBooleans', 'casts'],
])('a difference in %s is named: %s', (kernel, family) => {
  expect(differingFamilies(calls, expected, resultsOf(calls, without(kernel)))).toContain(family);
});

describe('one bit', () => {
  test.each(calls.map(({ family }, i) => [i, family] as const))('of call %i, %s, is a difference', (i, family) => {
    const changed = expected.map((results) => results.map((words) => words.slice()));
    const words = changed[i].at(-1)!;
    words[words.length - 1] ^= 1;
    expect(differingFamilies(calls, expected, changed)).toEqual([family]);
  });
});

test('the calls that check products are among those of the families', () => {
  expect(PRODUCTS.calls.every((call) => calls.includes(call))).toBe(true);
});
