import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import type { Layer } from '../../src/layers/base/layer.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';
import { distance, float64 } from './pytorch.js';

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

/*
 * PyTorch 1.13 in float64: adaptive_avg_pool1d and its kin, torch.nn.utils.spectral_norm, and the formula of grouped
 * queries with repeat_interleave for the shared heads.
 */
// biome-ignore lint/suspicious/noExplicitAny: each entry has fields of its own
const PYTORCH: any = JSON.parse(
  readFileSync(new URL('../fixtures/pytorch-attention-pooling.json', import.meta.url), 'utf8'),
);

const dtype = 'float64';

/** The numbers of a layer's output. */
const numbers = (f: () => Tensor): number[] => tidy(() => [...f().dataSync()]);

test.each([
  ['Adaptive1D', 'average', layers.adaptiveAveragePooling1d],
  ['Adaptive1D', 'max', layers.adaptiveMaxPooling1d],
  ['Adaptive3D', 'average', layers.adaptiveAveragePooling3d],
  ['Adaptive3D', 'max', layers.adaptiveMaxPooling3d],
])('%s, %s', (name, kind, make) => {
  const { x, shape, size, ...expected } = PYTORCH[name];
  const layer = (make as (options: object) => Layer)({ outputSize: size, dtype });
  expect(
    distance(
      numbers(() => layer.apply(float64(x, shape))),
      expected[kind],
    ),
  ).toBeLessThan(1e-12);
  expect(() => layer.apply(float64([1, 2], [1, 2]))).toThrow('expected [batch');
});

describe('grouped queries', () => {
  const { query, value, weights, y, scores } = PYTORCH.GroupedQueryAttention;
  const made = () => layers.groupedQueryAttention({ headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2, dtype });

  test('output and scores', () => {
    const before = memory();
    const layer = made();
    tidy(() => {
      const inputs = [float64(query, [2, 3, 6]), float64(value, [2, 5, 6])];
      layer.apply(inputs);
      for (const [i, weight] of layer.weights.entries()) weight.assign(float64(weights[i], weight.shape));
      const [output, weighed] = layer.apply(inputs, { returnAttentionScores: true }) as unknown as Tensor[];
      expect(distance(output.dataSync(), y)).toBeLessThan(1e-9);
      expect(distance(weighed.dataSync(), scores)).toBeLessThan(1e-9);
      const causal = layer.apply([inputs[0], inputs[0]], { useCausalMask: true, returnAttentionScores: true });
      expect([...(causal as unknown as Tensor[])[1].dataSync().slice(0, 3)]).toEqual([1, 0, 0]);
    });
    layer.dispose();
    expect(memory()).toEqual(before);
  });

  test('heads that cannot be shared', () => {
    expect(() => layers.groupQueryAttention({ headDim: 2, numQueryHeads: 4, numKeyValueHeads: 3 })).toThrow(ValueError);
  });
});

describe('spectral normalization', () => {
  const { kernel, bias, u, x, y, after } = PYTORCH.SpectralNormalization;
  const made = () => {
    const layer = layers.spectralNormalization({
      layer: layers.dense({ units: 3, dtype }),
      powerIterations: 2,
      dtype,
    });
    tidy(() => layer.apply(float64(x, [2, 4])));
    for (const weight of layer.weights) {
      const values = { kernel, bias, vector_u: u }[weight.name as 'kernel'];
      tidy(() => weight.assign(float64(values, weight.shape)));
    }
    return layer;
  };

  test('a call in training divides the kernel and keeps the vector', () => {
    const layer = made();
    const output = numbers(() => layer.apply(float64(x, [2, 4]), { training: true }));
    expect(distance(output, y)).toBeLessThan(1e-12);
    const vector = layer.weights.find(({ name }) => name === 'vector_u')!;
    expect(distance(vector.variable.dataSync(), after)).toBeLessThan(1e-12);
    expect(layer.trainableWeights.map(({ name }) => name)).toEqual(['kernel', 'bias']);
    expect(
      distance(
        numbers(() => layer.apply(float64(x, [2, 4]))),
        y,
      ),
    ).toBeLessThan(1e-12);
    layer.dispose();
  });

  test('a kernel of zeros stays; a layer without a kernel is refused', () => {
    const zeros = layers.spectralNormalization({
      layer: layers.dense({ units: 2, kernelInitializer: 'zeros', dtype }),
      dtype,
    });
    expect(numbers(() => zeros.apply(float64([1, 2], [1, 2]), { training: true }))).toEqual([0, 0]);
    expect(() => layers.spectralNormalization({ layer: layers.flatten() }).apply(float64([1], [1, 1]))).toThrow(
      'has no kernel and no embeddings',
    );
  });

  test.each(['keras', 'h5', 'safetensors'] as const)('trains, and survives %s', async (format) => {
    const model = sequential({
      layers: [
        layers.spectralNormalization({ layer: layers.dense({ units: 3 }), inputShape: [2] }),
        layers.dense({ units: 1, activityRegularizer: { className: 'L2', config: { l2: 0.01 } } }),
        layers.activityRegularization({ l1: 0.1 }),
      ],
    });
    model.compile({ optimizer: 'sgd', loss: 'mse' });
    const [xs, ys] = [
      [
        [1, 2],
        [3, 5],
      ],
      [[1], [2]],
    ];
    await model.fit(xs, ys, { epochs: 2, verbose: 0 });
    const loaded = await loadModel(await encodeModel(model, format));
    const both = await Promise.all([model, loaded].map((each) => each.measure(xs, ys)));
    expect(both[1]).toEqual(both[0]);
    expect(loaded.layers.map(({ activityRegularizer }) => activityRegularizer?.className ?? null)).toEqual([
      null,
      'L2',
      null,
    ]);
  });
});
