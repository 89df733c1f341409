import { beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { type Callable, callablesWithOptions } from './options/callables.js';
import { requiredOf, sampleOf } from './options/samples.js';
import { minifiedCopy } from './other-copy.js';

/* Minifiers rename classes and functions. The names in files, logs and messages may not depend on them. */

let minified: typeof nabla;

beforeAll(async () => {
  minified = await minifiedCopy('minified');
});

test('the bundle has other names of classes', () => {
  expect(minified.Layer.name).not.toBe('Layer');
});

/** Factories of objects that files name. */
const NAMESPACES = ['layers', 'optimizers', 'initializers', 'regularizers', 'constraints', 'metrics'];
const makers = callablesWithOptions().filter(
  ({ entry, path, kind }) => entry === 'index.ts' && NAMESPACES.includes(path[0]) && !kind.endsWith('method'),
);

interface Named {
  readonly name?: string;
  readonly className?: string;
  getConfig?(): Record<string, unknown>;
}

/** Make an object with one of the two packages and return its names and its config. */
function described(from: typeof nabla, { path, kind, parameters, index, options }: Callable): unknown {
  from.clearSession();
  const f = path.reduce<unknown>((value, name) => (value as Record<string, unknown>)[name], from);
  const args = [...parameters.slice(0, index).map((each) => sampleOf(each, from)), requiredOf(options, from)];
  try {
    const made: Named =
      kind === 'constructor'
        ? new (f as new (...args: unknown[]) => Named)(...args)
        : (f as (...args: unknown[]) => Named)(...args);
    return { name: made.name, className: made.className, config: made.getConfig?.() };
  } catch (error) {
    return String(error);
  }
}

describe.each(makers.map((maker) => [maker.name, maker] as const))('%s', (_, maker) => {
  test('has its names', () => {
    const expected = described(nabla, maker);
    expect(described(minified, maker)).toEqual(expected);
  });
});

/** Things that print names of classes. */
const PRINTED: Readonly<Record<string, (from: typeof nabla) => unknown>> = {
  errors: ({ ValueError, ShapeError, FormatError, DisposedError }) =>
    [ValueError, ShapeError, FormatError, DisposedError].map((Class) => String(new Class('message'))),
  'a summary': ({ clearSession, sequential, layers }) => {
    clearSession();
    const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] }), layers.leakyReLU({})] });
    return model.summary({ json: true });
  },
  'messages that show values': (from) =>
    [from.tensor(2), from.variable(from.tensor(2)), from.input({ shape: [2] }), from.layers.flatten()].map((value) => {
      try {
        return from.regularizers.l2({ l2: value as unknown as number });
      } catch (error) {
        return String(error);
      }
    }),
  'a file': async ({ clearSession, encodeModel, inspectFile, sequential, layers, setSeed }) => {
    clearSession();
    // Seeds of initializers are in the file, with more digits or fewer.
    setSeed(1);
    const model = sequential({
      layers: [layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [3, 3, 1], kernelRegularizer: 'l2' })],
    });
    model.compile({ optimizer: 'adam', loss: 'meanSquaredError', metrics: ['accuracy'] });
    return await inspectFile(await encodeModel(model, 'safetensors'));
  },
};

test.each(Object.keys(PRINTED))('%s', async (what) => {
  expect(await PRINTED[what](minified)).toEqual(await PRINTED[what](nabla));
});
