import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import * as imagesEntry from '../../src/images.js';
import * as nabla from '../../src/index.js';
import * as node from '../../src/node.js';
import * as plots from '../../src/plots.js';

/*
 * Every exported function is called with every kind of wrong value in each place, before which there are tensors or
 * numbers that fit. What it refuses, it refuses by name: an error of the package, never a TypeError of JavaScript.
 */

/** Functions that change the session, wait, print, or are the platform's. */
const LEFT_OUT =
  /^(setBackend|setThreads|setFloatx|setSeed|setRandomState|ready|nextFrame|disposeVariables|clearSession|print|profile|time|util\.fetch|io\.register.*|.*Error|Tensor|enable.*|disable.*)$/;

/** A value of the test: made afresh, because functions may dispose of it. */
type Make = () => unknown;

const WRONG: Readonly<Record<string, Make>> = {
  undefined: () => undefined,
  null: () => null,
  NaN: () => Number.NaN,
  '-1': () => -1,
  '1.5': () => 1.5,
  '1e20': () => 1e20,
  "'text'": () => 'text',
  true: () => true,
  '[]': () => [],
  '[null]': () => [null],
  '{}': () => ({}),
  '{ a: 1 }': () => ({ a: 1 }),
  'a function': () => () => 3,
  'a Map': () => new Map(),
  'a tensor [2,2]': () => nabla.ones([2, 2]),
  "['a']": () => ['a'],
  '[{}]': () => [{}],
  '{ a: null }': () => ({ a: null }),
  '{ history: null }': () => ({ history: null }),
  '{ values: null, shape: [1] }': () => ({ values: null, shape: [1] }),
  '10n': () => 10n,
};

const matrix: Make = () => nabla.ones([2, 2]);
const images: Make = () => nabla.ones([1, 4, 4, 2]);
const integers: Make = () => nabla.tensor([0, 1], [2], 'int32');

/** Arguments before the wrong one. */
const BEFORE: readonly (readonly Make[])[] = [
  [],
  [matrix],
  [images],
  [integers, () => 2],
  [matrix, matrix],
  [images, images],
  [images, images, () => 1],
  [images, images, () => 1, () => 'same'],
];

/** Arguments of functions that take what a program has on the host. */
const HOST_BEFORE: readonly (readonly Make[])[] = [
  [],
  [() => [1, 0]],
  [
    () => [
      [1, 2],
      [3, 4],
    ],
  ],
  [() => 'text'],
  [() => ({ a: [1, 2] })],
  [() => () => 1],
  [() => [1, 0], () => [0.5, 0.5]],
];

const isClass = (f: object): boolean => /^class\b/.test(Function.prototype.toString.call(f));

function exportedFunctions(holder: object, prefix = ''): [string, (...args: unknown[]) => unknown][] {
  return Object.entries(holder).flatMap(([key, value]) => {
    const name = prefix + key;
    if (LEFT_OUT.test(name)) return [];
    if (typeof value === 'function') return [[name, value as (...args: unknown[]) => unknown]];
    const isNamespace = typeof value === 'object' && value !== null && prefix.split('.').length < 3;
    return isNamespace ? exportedFunctions(value, `${name}.`) : [];
  });
}

/** The error of a call, or of its promise. */
async function errorOf(f: (...args: unknown[]) => unknown, args: readonly unknown[]): Promise<unknown> {
  try {
    const result: unknown = isClass(f) ? Reflect.construct(f, args) : f(...args);
    if (result instanceof Promise) {
      const late = new Promise((resolve) => setTimeout(resolve, 100));
      await Promise.race([result, late]);
      result.catch(() => {});
    }
    return null;
  } catch (error) {
    return error;
  }
}

/** What JavaScript says by itself, also where a message of the package repeats it. */
const RAW = /Cannot read propert|is not a function|is not iterable|\[object Object\]/;

beforeAll(async () => {
  await nabla.setBackend('cpu');
  vi.spyOn(console, 'warn').mockImplementation(() => {});
});
afterAll(() => {
  vi.restoreAllMocks();
  nabla.disposeVariables();
});

const FUNCTIONS = exportedFunctions(nabla);
/** `util` and `io` of tfjs, and the other entries. */
const HOST_FUNCTIONS = [
  ...FUNCTIONS.filter(([name]) => /^(util|io|models)\./.test(name)),
  ...exportedFunctions({ plots, images: imagesEntry, node }),
];

test('the walk reaches the functions of the package', () => {
  expect(FUNCTIONS.length).toBeGreaterThan(500);
  expect(HOST_FUNCTIONS.length).toBeGreaterThan(100);
});

async function faultsOf(f: (...args: unknown[]) => unknown, befores: readonly (readonly Make[])[]): Promise<string[]> {
  const faults: string[] = [];
  for (const before of befores) {
    for (const [label, make] of Object.entries(WRONG)) {
      const args = [...before, make].map((each) => each());
      const error = await errorOf(f, args);
      for (const arg of args) if (arg instanceof nabla.Tensor) arg.dispose();
      if (error === null || (error instanceof nabla.NablaError && !RAW.test(error.message))) continue;
      faults.push(`${before.length} arguments, then ${label}: ${error}`);
    }
  }
  return faults;
}

test.each(FUNCTIONS)('%s', async (_, f) => {
  expect(await faultsOf(f, BEFORE)).toEqual([]);
});

test.each(HOST_FUNCTIONS)('%s with arrays', async (_, f) => {
  expect(await faultsOf(f, HOST_BEFORE)).toEqual([]);
});
