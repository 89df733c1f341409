import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { FORMATS } from '../io/helpers.js';

beforeEach(() => activateBackend(cpuBackend()));

const encode = (options: object, values: unknown, call = {}) =>
  tidy(() => {
    const layer = layers.categoryEncoding({ numTokens: 4, ...options });
    return (layer.apply(tensor(values as number[][], undefined, 'int32'), call) as Tensor).arraySync();
  });

describe('the examples of keras.layers.CategoryEncoding', () => {
  test('oneHot', () => {
    expect(encode({ outputMode: 'oneHot' }, [3, 2, 0, 1])).toEqual([
      [0, 0, 0, 1],
      [0, 0, 1, 0],
      [1, 0, 0, 0],
      [0, 1, 0, 0],
    ]);
  });

  test('multiHot, the default', () => {
    const expected = [
      [1, 1, 0, 0],
      [1, 0, 0, 0],
      [0, 1, 1, 0],
      [0, 1, 0, 1],
    ];
    const given = [
      [0, 1],
      [0, 0],
      [1, 2],
      [3, 1],
    ];
    for (const outputMode of [undefined, 'multiHot', 'multi_hot', 'binary']) {
      expect(encode({ outputMode }, given)).toEqual(expected);
    }
  });

  test('count, with weights', () => {
    const given = [
      [0, 1],
      [0, 0],
      [1, 2],
      [3, 1],
    ];
    expect(encode({ outputMode: 'count' }, given)).toEqual([
      [1, 1, 0, 0],
      [2, 0, 0, 0],
      [0, 1, 1, 0],
      [0, 1, 0, 1],
    ]);
    const countWeights = tensor([
      [0.125, 0.25],
      [0.125, 0.125],
      [0.25, 0.5],
      [0.5, 0.25],
    ]);
    expect(encode({ outputMode: 'count' }, given, { countWeights })).toEqual([
      [0.125, 0.25, 0, 0],
      [0.25, 0, 0, 0],
      [0, 0.25, 0.5, 0],
      [0, 0.25, 0, 0.5],
    ]);
  });
});

test.each([
  ['oneHot', [null, 1], [null, 4]],
  ['oneHot', [null, 3], [null, 3, 4]],
  ['multiHot', [null, 3], [null, 4]],
  ['multiHot', [null, 2, 3], [null, 2, 4]],
  ['count', [null, 3], [null, 4]],
] as const)('%s of %j has the shape of Keras, %j', (outputMode, [, ...shape], output) => {
  const layer = layers.categoryEncoding({ numTokens: 4, outputMode });
  expect(layer.apply(input({ shape: [...shape], dtype: 'int32' })).shape).toEqual(output);
});

test.each([
  [() => encode({}, [[4, 1]]), 'the input has 4, expected integers in [0, 4)'],
  [() => encode({ outputMode: 'oneHot' }, [[-1, 1]]), 'the input has -1'],
  [() => encode({ outputMode: 'hot' }, [[1]]), "outputMode is 'hot', expected 'multiHot', 'oneHot' or 'count'"],
  [() => encode({ numTokens: 0 }, [[1]]), 'numTokens is 0'],
  [() => encode({}, [[1]], { countWeights: tensor([[1]]) }), "countWeights are given with outputMode 'multi_hot'"],
  [() => encode({ outputMode: 'count' }, [[1]], { countWeights: tensor([1]) }), 'countWeights are [1], expected [1,1]'],
])('%s is refused', (call, message) => expect(call).toThrow(message));

test.each(FORMATS)('saved and loaded as %s', async (format) => {
  const tokens = layers.inputLayer({ inputShape: [3], dtype: 'int32' });
  const encoding = layers.categoryEncoding({ numTokens: 5, outputMode: 'count' });
  const model = sequential({ layers: [tokens, encoding, layers.dense({ units: 1 })] });
  const loaded = await loadModel(await encodeModel(model, format));
  expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(model.layers.map((layer) => layer.getConfig()));
  tidy(() => {
    const x = tensor([[0, 4, 4]], undefined, 'int32');
    expect((loaded.predict(x) as Tensor).arraySync()).toEqual((model.predict(x) as Tensor).arraySync());
  });
});
