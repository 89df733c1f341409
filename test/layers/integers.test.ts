import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import type { Layer } from '../../src/layers/base/layer.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { cast } from '../../src/ops/cast.js';
import { tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/* Layers that compute with floats take integers and booleans, as Keras 3's ops promote them to the kernel's dtype. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const pixels = tensor(
  Array.from({ length: 2 * 6 * 6 * 3 }, (_, i) => (i * 37) % 256),
  [2, 6, 6, 3],
  'int32',
);
const vectors = tensor(
  [
    [0, 3, 1],
    [2, 0, 5],
  ],
  [2, 3],
  'int32',
);

const CASES: Record<string, [() => Layer, Tensor]> = {
  dense: [() => layers.dense({ units: 2 }), vectors],
  'dense on rank 4': [() => layers.dense({ units: 2 }), pixels],
  conv2d: [() => layers.conv2d({ filters: 2, kernelSize: 3, activation: 'relu' }), pixels],
  conv2dTranspose: [() => layers.conv2dTranspose({ filters: 2, kernelSize: 3 }), pixels],
  depthwiseConv2d: [() => layers.depthwiseConv2d({ kernelSize: 3 }), pixels],
  separableConv2d: [() => layers.separableConv2d({ filters: 2, kernelSize: 3 }), pixels],
  batchNormalization: [() => layers.batchNormalization(), vectors],
  layerNormalization: [() => layers.layerNormalization(), vectors],
  groupNormalization: [() => layers.groupNormalization({ groups: 3 }), pixels],
  softmax: [() => layers.softmax(), vectors],
  thresholdedReLU: [() => layers.thresholdedReLU(), vectors],
  maxPooling2d: [() => layers.maxPooling2d(), pixels],
  averagePooling2d: [() => layers.averagePooling2d(), pixels],
  dropout: [() => layers.dropout({ rate: 0.5, seed: 3 }), vectors],
  spatialDropout2d: [() => layers.spatialDropout2d({ rate: 0.5 }), pixels],
  gaussianNoise: [() => layers.gaussianNoise({ stddev: 0.5, seed: 3 }), vectors],
  gaussianDropout: [() => layers.gaussianDropout({ rate: 0.5, seed: 3 }), vectors],
  alphaDropout: [() => layers.alphaDropout({ rate: 0.5, seed: 3 }), vectors],
};

describe.each(Object.keys(CASES))('%s', (name) => {
  const [make, x] = CASES[name];

  test.each(['int32', 'bool'] as const)('%s data give what float32 data give', (dtype) => {
    const given = cast(x, dtype);
    const floats = cast(given, 'float32');
    const layer = make();
    for (const training of [false, true]) {
      if (training && !layer.className.match(/BatchNorm|Noise|Dropout/)) continue;
      const twin = make();
      twin.apply(floats);
      layer.apply(floats);
      twin.setWeights(layer.getWeights());
      const found = layer.apply(given, { training }) as Tensor;
      expect(found.dtype).toBe('float32');
      if (/seed/.test(JSON.stringify(layer.getConfig())) && training && layer.getConfig().seed === null) continue;
      expect(found.arraySync()).toEqual((twin.apply(floats, { training }) as Tensor).arraySync());
    }
  });

  test('symbolic integers', () => {
    const entry = input({ shape: x.shape.slice(1), dtype: 'int32' });
    expect((make().apply(entry) as { dtype: string }).dtype).toBe('float32');
  });
});

test('dot', () => {
  const product = layers.dot({ axes: 1 }).apply([vectors, vectors]) as Tensor;
  expect([product.dtype, product.arraySync()]).toEqual(['float32', [[10], [29]]]);
});

test('layers that move or compare values keep integers', () => {
  for (const layer of [layers.flatten(), layers.globalMaxPooling2d(), layers.zeroPadding2d()]) {
    expect((layer.apply(pixels) as Tensor).dtype).toBe('int32');
  }
});
