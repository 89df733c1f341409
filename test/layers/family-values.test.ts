import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { ValueError } from '../../src/base/errors.js';
import type { CallOptions, Layer } from '../../src/layers/base/layer.js';
import { maskOf } from '../../src/layers/base/masks.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import { sequential } from '../../src/models/sequential.js';
import { cast } from '../../src/ops/cast.js';
import { matMul } from '../../src/ops/matmul.js';
import { softmax } from '../../src/ops/softmax.js';
import { setSeed } from '../../src/tensor/random.js';
import { tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { distance, float64, PYTORCH } from './pytorch.js';

beforeEach(() => activateBackend(cpuBackend()));

const dtype = 'float64';

/** Outputs of a layer with given weights. */
function outputs(
  layer: Layer,
  inputs: readonly (readonly [values: number[], shape: number[]])[],
  weights: readonly number[][],
  options?: CallOptions,
): number[][] {
  const results = tidy(() => {
    const xs = inputs.map(([values, shape]) => float64(values, shape));
    const given = (xs.length === 1 ? xs[0] : xs) as Tensor;
    layer.apply(given);
    layer.setWeights(layer.weights.map(({ shape }, index) => float64(weights[index], shape)));
    return ([layer.apply(given, options)].flat() as Tensor[]).map((y) => [...y.dataSync()]);
  });
  layer.dispose();
  return results;
}

describe('convolutions of sequences and volumes, as PyTorch computes them', () => {
  const { Conv1D, Conv3D } = PYTORCH;

  test.each([
    [
      'Conv1D, groups',
      layers.conv1d({ filters: 6, kernelSize: 3, strides: 2, groups: 2, dtype }),
      Conv1D,
      [Conv1D.kernel, Conv1D.bias],
      Conv1D.y,
    ],
    [
      'Conv1D, causal, dilation',
      layers.conv1d({ filters: 2, kernelSize: 3, padding: 'causal', dilationRate: 2, useBias: false, dtype }),
      Conv1D,
      [PYTORCH['Conv1D causal'].kernel],
      PYTORCH['Conv1D causal'].y,
    ],
    [
      'Conv1DTranspose, output padding',
      layers.conv1dTranspose({ filters: 3, kernelSize: 4, strides: 3, outputPadding: 2, useBias: false, dtype }),
      Conv1D,
      [PYTORCH.Conv1DTranspose.kernel],
      PYTORCH.Conv1DTranspose.y,
    ],
    [
      'Conv3D',
      layers.conv3d({ filters: 3, kernelSize: [2, 3, 2], strides: [1, 2, 1], dtype }),
      Conv3D,
      [Conv3D.kernel, Conv3D.bias],
      Conv3D.y,
    ],
    [
      'Conv3DTranspose',
      layers.conv3dTranspose({ filters: 3, kernelSize: [2, 3, 2], strides: [2, 1, 2], dtype }),
      Conv3D,
      [PYTORCH.Conv3DTranspose.kernel, Conv3D.bias],
      PYTORCH.Conv3DTranspose.y,
    ],
  ])('%s', (_, layer, { x, shape }, weights, y) => {
    expect(distance(outputs(layer, [[x, shape]], weights)[0], y)).toBeLessThan(1e-9);
  });
});

test.each([
  ['average', layers.adaptiveAveragePooling2d],
  ['max', layers.adaptiveMaxPooling2d],
] as const)('adaptive pooling, %s, as PyTorch computes it', (kind, make) => {
  const { x, shape, size, ...expected } = PYTORCH.AdaptivePooling2D;
  expect(distance(outputs(make({ outputSize: size, dtype }), [[x, shape]], [])[0], expected[kind])).toBeLessThan(1e-12);
});

describe('attention', () => {
  test('of several heads, with a mask of keys, as torch.nn.MultiheadAttention', () => {
    const { heads, embed, query, key, value, weights, y, scores } = PYTORCH.MultiHeadAttention;
    const layer = layers.multiHeadAttention({ numHeads: heads, keyDim: embed / heads, dtype });
    const mask = tidy(() => cast(float64([1, 1, 1, 1, 1, 1, 1, 1, 0, 0], [2, 5]), 'bool'));
    const inputs = [
      [query, [2, 3, embed]],
      [value, [2, 5, embed]],
      [key, [2, 5, embed]],
    ] as const;
    const options = { mask: [null, mask, null], returnAttentionScores: true };
    const [output, weighed] = outputs(layer, inputs as never, weights, options);
    expect(distance(output, y)).toBeLessThan(1e-9);
    expect(distance(weighed, scores)).toBeLessThan(1e-9);
    mask.dispose();
  });

  test('a causal mask hides later places; the formula of inner products', () => {
    tidy(() => {
      const x = float64([1, 0, 0, 1, 2, 1], [1, 3, 2]);
      const layer = layers.attention({ dtype });
      const plain = layer.apply([x, x]) as Tensor;
      const expected = matMul(softmax(matMul(x, x, false, true)), x);
      expect(distance(plain.dataSync(), [...expected.dataSync()])).toBeLessThan(1e-12);
      const causal = (layer.apply([x, x], { useCausalMask: true }) as Tensor).dataSync();
      expect([...causal.slice(0, 2)]).toEqual([1, 0]);
      expect(distance(causal.slice(4), [...plain.dataSync().slice(4)])).toBeLessThan(1e-12);
    });
  });

  test('additive attention: softmax of Σ scale · tanh(q + k)', () => {
    const [q, v] = [
      [0.5, -1],
      [1, 2, -0.5, 0.25],
    ];
    const scale = [0.7, -0.3];
    const scores = [0, 1].map((place) =>
      scale.reduce((total, s, i) => total + s * Math.tanh(q[i] + v[2 * place + i]), 0),
    );
    const [a, b] = scores.map((score) => Math.exp(score));
    const expected = [0, 1].map((i) => (a * v[i] + b * v[2 + i]) / (a + b));
    const layer = layers.additiveAttention({ dtype });
    const inputs = [
      [q, [1, 1, 2]],
      [v, [1, 2, 2]],
    ] as const;
    expect(distance(outputs(layer, inputs as never, [scale])[0], expected)).toBeLessThan(1e-12);
  });
});

test('normalizations by their formulas', () => {
  const x = [3, 4, 0, -1, 2, 2];
  const rms = outputs(layers.rmsNormalization({ epsilon: 0.5, dtype }), [[x, [2, 3]]], [[1, 2, 3]])[0];
  const expected = [0, 3].flatMap((row) => {
    const root = Math.sqrt((x[row] ** 2 + x[row + 1] ** 2 + x[row + 2] ** 2) / 3 + 0.5);
    return [0, 1, 2].map((i) => (x[row + i] / root) * (i + 1));
  });
  expect(distance(rms, expected)).toBeLessThan(1e-12);
  const unit = outputs(layers.unitNormalization({ dtype }), [[x, [2, 3]]], [])[0];
  expect(distance(unit, [0.6, 0.8, 0, -1 / 3, 2 / 3, 2 / 3])).toBeLessThan(1e-12);
});

describe('masks', () => {
  test('an embedding makes one, layers pass it on, pooling takes the mean of what counts', () => {
    tidy(() => {
      const embedding = layers.embedding({ inputDim: 5, outputDim: 2, maskZero: true, dtype });
      const x = cast(float64([1, 2, 0, 4, 0, 0], [2, 3]), 'int32');
      const y = embedding.apply(x) as Tensor;
      expect([...maskOf(y)!.dataSync()]).toEqual([1, 1, 0, 1, 0, 0]);
      const z = layers.dense({ units: 2, dtype }).apply(layers.dropout({ rate: 0.5 }).apply(y)) as Tensor;
      expect([...maskOf(z)!.dataSync()]).toEqual([1, 1, 0, 1, 0, 0]);
      const pooled = (layers.globalAveragePooling1d({ dtype }).apply(z) as Tensor).dataSync();
      const values = z.dataSync();
      const expected = [(values[0] + values[2]) / 2, (values[1] + values[3]) / 2, values[6], values[7]];
      expect(distance(pooled, expected)).toBeLessThan(1e-12);
      expect(() => embedding.apply(cast(float64([5], [1, 1]), 'int32'))).toThrow(ValueError);
    });
  });

  test('a loss leaves out the steps of a mask: the mean of those that count', () => {
    tidy(() => {
      const x = float64([1, 2, 0, 0, 5, 6, 0, 0], [2, 2, 2]);
      const y = layers.masking({ dtype }).apply(x) as Tensor;
      const target = float64(Array(8).fill(0), [2, 2, 2]);
      // ((1 + 4) / 2 + (25 + 36) / 2) / 2
      expect(losses.loss('meanSquaredError').apply(target, y).dataSync()[0]).toBeCloseTo(16.5, 10);
      expect(losses.loss('meanSquaredError').apply(target, x).dataSync()[0]).toBeCloseTo(8.25, 10);
    });
  });

  test('train a model: padding changes neither the loss nor the gradients', async () => {
    const make = () => {
      setSeed(4);
      const m = sequential({
        layers: [
          layers.embedding({ inputDim: 5, outputDim: 3, maskZero: true, inputShape: [null], inputDType: 'int32' }),
          layers.lstm({ units: 4, returnSequences: true }),
          layers.dense({ units: 2 }),
        ],
      });
      m.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
      return m;
    };
    const [short, long] = [make(), make()];
    const [x, padded] = [
      [1, 2, 3],
      [1, 2, 3, 0, 0],
    ].map((row) => cast(float64(row, [1, row.length]), 'int32'));
    const [y, yPadded] = [
      [1, 2, 3, 4, 5, 6],
      [1, 2, 3, 4, 5, 6, 9, 9, 9, 9],
    ].map((row) => cast(float64(row, [1, row.length / 2, 2]), 'float32'));
    const losses = [await short.trainOnBatch(x, y), await long.trainOnBatch(padded, yPadded)] as number[];
    expect(losses[1]).toBeCloseTo(losses[0], 5);
    for (const [index, weight] of short.getWeights().entries()) {
      expect(distance(long.getWeights()[index].dataSync(), [...weight.dataSync()])).toBeLessThan(1e-6);
    }
    for (const each of [short, long]) each.dispose();
  });
});
