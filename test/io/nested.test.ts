import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { loadModel, loadWeights } from '../../src/io/load.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { onCpu, valuesOf } from './helpers.js';

/* A model of nested models and shared layers, as Keras 3.15.1 wrote it (test/fixtures/keras/make.py). */

onCpu();
const fixture = (name: string): string => fileURLToPath(new URL(`../fixtures/keras/${name}`, import.meta.url));

test.each(['nested.keras', 'nested.h5'])('%s gives what Keras computes', async (name) => {
  const { inputs, outputs } = JSON.parse(readFileSync(fixture('nested.json'), 'utf8'));
  const model = await loadModel(fixture(name));
  expect(model.outputNames).toEqual(['frozen', 'concatenate', 'stack']);
  expect(model.getLayer('frozen').trainable).toBe(false);
  const results = model.predict(inputs) as Tensor[];
  for (const [index, values] of valuesOf(results).entries()) {
    const expected = outputs[index].flat() as number[];
    expect(values).toHaveLength(expected.length);
    for (const [i, value] of values.entries()) expect(Math.abs(value - expected[i])).toBeLessThan(1e-5);
  }
  const { loaded } = await loadWeights(model, fixture('nested.weights.h5'));
  expect(loaded).toHaveLength(model.weights.length);
  expect(valuesOf(model.predict(inputs))).toEqual(valuesOf(results));
});
