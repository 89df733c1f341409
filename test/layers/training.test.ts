import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import type { Layer } from '../../src/layers/base/layer.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { sum } from '../../src/ops/broadcast.js';
import { ones, tensor } from '../../src/ops/creation.js';
import { randomNormal } from '../../src/ops/random.js';
import { getRandomState, setSeed } from '../../src/tensor/random.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { trainableVariables } from '../../src/tensor/variable.js';
import { lossAndGradients } from '../support/gradients.js';

beforeEach(() => {
  activateBackend(cpuBackend());
  setSeed(7);
});

const values = (layer: Layer, x: Tensor, training: boolean): number[] =>
  tidy(() => [...layer.apply(x, { training }).dataSync()]);

describe('batch normalisation', () => {
  const x = () =>
    tensor([
      [1, 10],
      [3, 30],
    ]);

  test('moving statistics follow the batch: 0.9 of the old, 0.1 of the biased new', () => {
    const layer = layers.batchNormalization({ momentum: 0.9 });
    values(layer, x(), true);
    const [, , mean, variance] = layer.getWeights().map((weight) => [...weight.dataSync()]);
    expect(mean[0]).toBeCloseTo(0.1 * 2, 6);
    expect(mean[1]).toBeCloseTo(0.1 * 20, 5);
    expect(variance[0]).toBeCloseTo(0.9 + 0.1 * 1, 6);
    expect(variance[1]).toBeCloseTo(0.9 + 0.1 * 100, 5);
  });

  test('inference and symbolic calls do not change them', () => {
    const layer = layers.batchNormalization();
    values(layer, x(), false);
    layer.apply(layers.inputLayer({ inputShape: [2] }).output as never, { training: true });
    expect([...layer.getWeights()[2].dataSync()]).toEqual([0, 0]);
    expect([...layer.getWeights()[3].dataSync()]).toEqual([1, 1]);
  });

  test('a frozen layer infers in training', () => {
    const layer = layers.batchNormalization({ trainable: false });
    expect(values(layer, x(), true)).toEqual(values(layer, x(), false));
    expect([...layer.getWeights()[2].dataSync()]).toEqual([0, 0]);
    layer.trainable = true;
    expect(values(layer, x(), true)).not.toEqual(values(layer, x(), false));
  });

  test('no tape sees the moving statistics, and they leak nothing', () => {
    const layer = layers.batchNormalization();
    const input = x();
    values(layer, input, false);
    const before = memory();
    for (let step = 0; step < 3; step++) {
      tidy(() => {
        const variables = layer.trainableWeights.map(({ variable }) => variable);
        const { gradients } = lossAndGradients(() => sum(layer.apply(input, { training: true })), variables);
        expect(gradients.every((gradient) => gradient !== undefined)).toBe(true);
      });
    }
    expect(memory()).toEqual(before);
  });
});

describe('freezing', () => {
  test('a frozen layer has no trainable weights and no trainable variables', () => {
    const layer = layers.dense({ units: 2 });
    layer.apply(ones([1, 3]));
    layer.weights.map(({ variable }) => variable);
    const count = trainableVariables().length;
    layer.trainable = false;
    expect(layer.trainableWeights).toHaveLength(0);
    expect(layer.nonTrainableWeights).toHaveLength(2);
    expect(trainableVariables()).toHaveLength(count - 2);
    layer.trainable = true;
    expect(trainableVariables()).toHaveLength(count);
  });

  test('a model freezes its layers, as in Keras', () => {
    const inner = sequential({ layers: [layers.dense({ units: 2, inputShape: [3] }), layers.batchNormalization()] });
    const outer = sequential({ layers: [inner, layers.dense({ units: 1 })] });
    outer.trainable = false;
    expect(inner.layers.map(({ trainable }) => trainable)).toEqual([false, false]);
    expect(outer.trainableWeights).toHaveLength(0);
    outer.trainable = true;
    inner.trainable = false;
    expect(outer.trainableWeights.map(({ name }) => name)).toEqual(['kernel', 'bias']);
  });

  test('the order of weights is layer by layer, frozen or not', () => {
    const model = sequential({
      layers: [layers.dense({ units: 2, inputShape: [3] }), layers.batchNormalization(), layers.dense({ units: 1 })],
    });
    const order = ['kernel', 'bias', 'gamma', 'beta', 'moving_mean', 'moving_variance', 'kernel', 'bias'];
    expect(model.weights.map(({ name }) => name)).toEqual(order);
    model.layers[0].trainable = false;
    expect(model.weights.map(({ name }) => name)).toEqual(order);
  });
});

describe('noise', () => {
  const MANY = 40_000;
  const mean = (list: readonly number[]) => list.reduce((a, b) => a + b, 0) / list.length;
  const deviation = (list: readonly number[]) => {
    const center = mean(list);
    return Math.sqrt(mean(list.map((value) => (value - center) ** 2)));
  };

  test('Dropout drops its share and scales the rest', () => {
    const y = values(layers.dropout({ rate: 0.3 }), ones([1, MANY]), true);
    expect(new Set(y.map((value) => value.toFixed(4)))).toEqual(new Set(['0.0000', (1 / 0.7).toFixed(4)]));
    expect(y.filter((value) => value === 0).length / MANY).toBeCloseTo(0.3, 1.5);
    expect(mean(y)).toBeCloseTo(1, 1.5);
  });

  test('SpatialDropout2D drops whole channels', () => {
    const y = values(layers.spatialDropout2d({ rate: 0.5 }), ones([1, 2, 2, 64]), true);
    for (let channel = 0; channel < 64; channel++) {
      expect(new Set([0, 1, 2, 3].map((pixel) => y[pixel * 64 + channel])).size).toBe(1);
    }
    expect(new Set(y).size).toBe(2);
  });

  test('GaussianNoise, GaussianDropout and AlphaDropout keep the moments that their papers give', () => {
    const noisy = values(layers.gaussianNoise({ stddev: 0.5 }), ones([1, MANY]), true);
    expect(mean(noisy)).toBeCloseTo(1, 1.5);
    expect(deviation(noisy)).toBeCloseTo(0.5, 1.5);
    const multiplied = values(layers.gaussianDropout({ rate: 0.2 }), ones([1, MANY]), true);
    expect(mean(multiplied)).toBeCloseTo(1, 1.5);
    expect(deviation(multiplied)).toBeCloseTo(0.5, 1.5);
    // Alpha dropout keeps mean 0 and variance 1.
    const normal = values(layers.alphaDropout({ rate: 0.3 }), randomNormal([1, MANY]), true);
    expect(mean(normal)).toBeCloseTo(0, 1.3);
    expect(deviation(normal)).toBeCloseTo(1, 1.3);
  });

  test('its own seed: another mask in each call, the same sequence each time, the common stream untouched', () => {
    const run = () => {
      const layer = layers.dropout({ rate: 0.5, seed: 3 });
      return [values(layer, ones([1, 64]), true), values(layer, ones([1, 64]), true)];
    };
    const state = getRandomState();
    const [first, second] = run();
    expect(first).not.toEqual(second);
    expect(run()).toEqual([first, second]);
    expect(getRandomState()).toEqual(state);
  });

  test('setSeed repeats masks and initial weights', () => {
    const run = () => {
      setSeed(42);
      const model = sequential({ layers: [layers.dense({ units: 8 }), layers.dropout({ rate: 0.5 })] });
      return values(model, ones([2, 4]), true);
    };
    expect(run()).toEqual(run());
  });
});

describe('regularisation', () => {
  test('losses are the penalties of trainable weights', () => {
    const layer = layers.dense({ units: 1, kernelRegularizer: 'l1l2', biasRegularizer: 'l1', biasInitializer: 'ones' });
    layer.apply(ones([1, 2]));
    layer.weights[0].assign(tensor([[3], [-4]]));
    const penalties = layer.losses.map((loss) => loss.dataSync()[0]);
    expect(penalties[0]).toBeCloseTo(0.01 * 7 + 0.01 * 25, 6);
    expect(penalties[1]).toBeCloseTo(0.01, 6);
    layer.trainable = false;
    expect(layer.losses).toEqual([]);
  });
});

describe('normalization', () => {
  test('adapt learns mean and variance, and replaces them when it is called again', () => {
    const layer = layers.normalization();
    layer.adapt(
      tensor([
        [0, 0],
        [100, 1],
      ]),
    );
    layer.adapt(
      tensor([
        [1, 10],
        [3, 30],
      ]),
    );
    expect(values(layer, tensor([[3, 10]]), false)).toEqual([1, -1]);
    layer.dispose();
  });

  test('one mean for all with axis null; bytes are taken', () => {
    const layer = layers.normalization({ axis: null });
    layer.adapt(
      tensor([
        [0, 4],
        [0, 4],
      ]),
    );
    expect(values(layer, tensor([[4, 0]], undefined, 'int32'), false)).toEqual([1, -1]);
  });
});
