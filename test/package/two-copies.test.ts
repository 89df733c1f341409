import { beforeAll, expect, test } from 'vitest';
import * as nabla from '../../src/index.js';
import { minifiedCopy } from './other-copy.js';

/* Two copies of the package in one process, as two bundles on one page: a tensor of one meets the other. */

let other: typeof nabla;

beforeAll(async () => {
  other = await minifiedCopy('two-copies');
  await nabla.setBackend('cpu');
  await other.setBackend('cpu');
});

function model() {
  const made = other.sequential({ layers: [other.layers.dense({ units: 1, inputShape: [2] })] });
  made.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  return made;
}

test.each<[string, (foreign: nabla.Tensor) => unknown]>([
  ['an op', (x) => other.add(x, 1)],
  ['the second argument of a method', (x) => other.tensor([[1, 2]]).add(x)],
  ['a list', (x) => other.concat([x, x])],
  ['tensor', (x) => other.tensor(x)],
  ['variable', (x) => other.variable(x)],
  ['grad', (x) => other.grad((a) => a.square())(x)],
  ['browser.toPixels', (x) => other.browser.toPixels(x)],
  ['a layer', (x) => other.layers.dense({ units: 1 }).apply(x)],
  ['predict', (x) => model().predict(x)],
  ['fit', (x) => model().fit(x, x, { verbose: 0 })],
  ['evaluate', (x) => model().evaluate(x, x)],
])('%s names the other copy', async (_, call) => {
  const foreign = nabla.tensor([[1, 2]]);
  await expect((async () => call(foreign))()).rejects.toThrow('a tensor of another copy of nabla (two are loaded');
  expect(foreign.dataSync()).toEqual(new Float32Array([1, 2]));
});

test('each copy computes on its own', () => {
  expect(nabla.tensor([1]).add(1).dataSync()).toEqual(other.tensor([1]).add(1).dataSync());
});
