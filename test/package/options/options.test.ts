import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as nabla from '../../../src/index.js';
import { startBackend } from '../../support/backends.js';
import { type Callable, callablesWithOptions } from './callables.js';
import { requiredOf, sampleOf, wrongValueFor } from './samples.js';

/*
 * Every function, constructor and method of the package that takes an options object, found in the declarations: a
 * misspelt option is refused with the name that was meant, and a value of a wrong type is refused by the option's name.
 */

const callables = callablesWithOptions();
let walkedOptions = 0;

type Constructor = new (...args: unknown[]) => object;
type Anything = (...args: unknown[]) => unknown;

async function valueAt({ entry, path }: Callable): Promise<unknown> {
  let value: unknown = await import(`../../../src/${entry}`);
  for (const name of path) value = (value as Record<string, unknown>)[name];
  return value;
}

/** An instance to call a method of. */
function instanceOf(Class: Constructor): object {
  const model = { inputs: nabla.input({ shape: [2], name: 'x' }), outputs: null as unknown };
  model.outputs = nabla.layers.dense({ units: 2 }).apply(model.inputs as nabla.SymbolicTensor);
  if ((Class as unknown) !== nabla.Model && !(Class.prototype instanceof nabla.Model)) return new Class();
  const instance =
    Class === (nabla.Sequential as unknown)
      ? new Class({ layers: [nabla.layers.dense({ units: 2, inputShape: [2] })] })
      : new Class(model);
  (instance as nabla.Model).compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return instance;
}

/** Call it with options, and with samples for what comes before them. */
async function call(callable: Callable, options: Readonly<Record<string, unknown>>): Promise<unknown> {
  const args = [...callable.parameters.slice(0, callable.index).map((each) => sampleOf(each)), options];
  const value = await valueAt(callable);
  if (callable.kind === 'constructor') {
    // A subclass, since some classes are abstract; of models, with the options of the class: others may have their own.
    const Class = class extends (value as Constructor) {};
    if (value === nabla.Model) Object.assign(Class, { options: nabla.Model.options });
    return new Class(...args);
  }
  if (callable.kind === 'function') return (value as Anything)(...args);
  const owner = callable.kind === 'method' ? instanceOf(value as Constructor) : (value as object);
  return (owner as Record<string, Anything>)[callable.method!](...args);
}

const messageOf = async (callable: Callable, options: Readonly<Record<string, unknown>>): Promise<string> => {
  try {
    await call(callable, options);
  } catch (error) {
    return error instanceof nabla.NablaError ? error.message : `${error}`;
  }
  return 'nothing was refused';
};

/** A letter doubled: `kerneel`. */
const misspell = (name: string): string => {
  const middle = Math.floor(name.length / 2);
  return name.slice(0, middle) + name[middle] + name.slice(middle);
};

beforeAll(() => startBackend('cpu'));
afterAll(() => {
  console.log(`options: walked ${callables.length} functions, constructors and methods, ${walkedOptions} options`);
});

test('the declarations have options to walk', () => {
  expect(callables.length).toBeGreaterThan(150);
});

describe.each(callables.map((callable) => [callable.name, callable] as const))('%s', (_, callable) => {
  const properties = callable.options.getProperties();
  const required = requiredOf(callable.options);

  test('refuses a misspelt option', async () => {
    const [longest] = properties.map(({ name }) => name).sort((a, b) => b.length - a.length);
    const misspelt = misspell(longest);
    const message = await messageOf(callable, { ...required, [misspelt]: 1 });
    expect(message).toMatch(`there is no option ${misspelt}; did you mean '${longest}'?`);
  });

  test('refuses values of wrong types', async () => {
    const notRefused: string[] = [];
    for (const property of properties) {
      const wrong = wrongValueFor(property);
      if (wrong === undefined) continue;
      walkedOptions++;
      const message = await messageOf(callable, { ...required, [property.name]: wrong });
      if (!new RegExp(`\\b${property.name}\\b`).test(message))
        notRefused.push(`${property.name}: ${JSON.stringify(wrong)} gives: ${message}`);
    }
    expect(notRefused).toEqual([]);
  });
});
