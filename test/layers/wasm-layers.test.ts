import { describe, expect, test } from 'vitest';
import { differentiate } from '../../src/autograd/differentiate.js';
import { sizeOf } from '../../src/base/shape.js';
import type { Layer } from '../../src/layers/base/layer.js';
import { normalValues, setSeed } from '../../src/tensor/random.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { CONFIGURATIONS, startBackend, whyNot } from '../support/backends.js';
import type { LayerExpectation } from './check-layer.js';
import { rows } from './rows.js';

/**
 * Output, and gradients of the inputs and trained weights, of a layer with the initial weights and draws of one seed.
 */
function evaluate(layer: Layer, { inputs, integersBelow }: LayerExpectation, training: boolean): number[][] {
  setSeed(9);
  const results = tidy(() => {
    const xs = inputs.map((shape, index) => {
      const values = normalValues(sizeOf(shape), 21 + index);
      if (!integersBelow) return upload(values, shape, 'float32');
      return upload(
        values.map((value) => Math.floor(Math.abs(value) * 100) % integersBelow),
        shape,
        'int32',
      );
    });
    const given = xs.length === 1 ? xs[0] : xs;
    (layer.apply(given) as Tensor).dispose();
    const sources = [...xs, ...layer.trainableWeights.map(({ variable }) => variable)];
    const { value, gradients } = differentiate(() => layer.apply(given, { training }) as Tensor, sources);
    return [value, ...gradients].map((tensor) => [...(tensor?.dataSync() ?? [])]);
  });
  layer.dispose();
  return results;
}

const configuration = CONFIGURATIONS.find(({ label }) => label === 'wasm relaxed')!;
const reason = await whyNot(configuration);

describe.skipIf(reason !== null)(`layers on ${configuration.label}${reason ? `: ${reason}` : ''}`, () => {
  test.each(rows)('%s: outputs and gradients as on cpu, random draws included', async (_, make, expectation) => {
    for (const training of [false, true]) {
      await startBackend('cpu');
      const expected = evaluate(make({ dtype: 'float32' }), expectation, training);
      await startBackend(configuration.backend);
      const before = memory();
      const given = evaluate(make({ dtype: 'float32' }), expectation, training);
      expect(memory()).toEqual(before);
      for (const [index, list] of expected.entries()) {
        expect(given[index]).toHaveLength(list.length);
        const scale = Math.max(1, ...list.map(Math.abs));
        for (const [i, value] of list.entries()) expect(Math.abs(given[index][i] - value) / scale).toBeLessThan(2e-5);
      }
    }
  });
});
