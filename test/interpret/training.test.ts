import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { findNaN } from '../../src/interpret/find-nan.js';
import { findLearningRate } from '../../src/interpret/learning-rate-finder.js';
import { topLosses } from '../../src/interpret/top-losses.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { mean } from '../../src/ops/reductions.js';
import { sqrt } from '../../src/ops/unary.js';
import { type Optimizer, sgd } from '../../src/optim/index.js';
import { cosineDecay } from '../../src/optim/schedules.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(2);
});

const COUNT = 40;
const x = { values: uniformValues(COUNT * 3, 1), shape: [COUNT, 3] };
const y = Float32Array.from({ length: COUNT }, (_, i) => 2 * x.values[3 * i] - x.values[3 * i + 1]);

function line(optimizer: string | Optimizer = 'adam'): Sequential {
  const model = sequential();
  model.add(layers.dense({ units: 4, inputShape: [3] }));
  model.add(layers.dropout({ rate: 0.2 }));
  model.add(layers.dense({ units: 1 }));
  model.compile({ optimizer, loss: 'mse', metrics: ['mae'] });
  return model;
}
const weightsOf = (model: Sequential) => model.getWeights().map((weight) => [...weight.dataSync()]);

describe('findLearningRate', () => {
  test('raises the rate until the loss diverges, and suggests one at which it falls', async () => {
    const { rates, losses, suggestion } = await findLearningRate(line('sgd'), x, y, {
      from: 1e-4,
      to: 100,
      steps: 80,
      batchSize: COUNT,
    });
    expect(rates.length).toBe(losses.length);
    expect(rates.length).toBeLessThan(80);
    expect(rates[1] / rates[0]).toBeCloseTo((100 / 1e-4) ** (1 / 79), 6);
    // Gradient descent on this line diverges above about 1, and hardly moves below 1e-4.
    expect(suggestion).toBeGreaterThan(1e-4);
    expect(suggestion).toBeLessThan(2);
    expect(Math.min(...losses)).toBeLessThan(losses[0]);
  });

  test('leaves weights, optimizer and random stream as they were', async () => {
    const fitted = async (search: boolean) => {
      clearSession();
      setSeed(9);
      const model = line();
      await model.fit(x, y, { epochs: 1, batchSize: 8 });
      if (search) await findLearningRate(model, x, y, { steps: 12, batchSize: 8 });
      await model.fit(x, y, { epochs: 2, batchSize: 8 });
      return { weights: weightsOf(model), iterations: model.optimizer.iterations, rate: model.optimizer.learningRate };
    };
    expect(await fitted(true)).toEqual(await fitted(false));
  });

  test('refuses models that it cannot search', async () => {
    const scheduled = sgd({ learningRate: cosineDecay({ initialLearningRate: 0.1, decaySteps: 10 }) });
    await expect(findLearningRate(line(scheduled), x, y)).rejects.toThrow('a schedule sets the learning rate');
    await expect(findLearningRate(line(), x, y, { from: 1, to: 0.1 })).rejects.toThrow(
      'to is 0.1, expected more than from, 1',
    );
  });
});

test('topLosses lists the mistakes with the largest losses first', () => {
  const probabilities = { data: [0.9, 0.1, 0.3, 0.7, 0.01, 0.99, 0.6, 0.4], shape: [4, 2] };
  expect(topLosses(probabilities, [0, 0, 0, 1])).toEqual([
    { index: 2, label: 0, predicted: 1, confidence: 0.99, loss: -Math.log(0.01) },
    { index: 1, label: 0, predicted: 1, confidence: 0.7, loss: -Math.log(0.3) },
    { index: 3, label: 1, predicted: 0, confidence: 0.6, loss: -Math.log(0.4) },
  ]);
  expect(topLosses(probabilities, [0, 0, 0, 1], { count: 1 })).toHaveLength(1);
  expect(() => topLosses(probabilities, [0])).toThrow('expected [1, classes]');
});

test('topLosses lists losses of NaN first, with the class that argMaxRows finds', () => {
  const probabilities = { data: [0.1, 0.9, Number.NaN, Number.NaN, 0.01, 0.99], shape: [3, 2] };
  const worst = topLosses(probabilities, [0, 1, 0]);
  expect(worst.map(({ index }) => index)).toEqual([1, 2, 0]);
  expect(worst[0]).toEqual({ index: 1, label: 1, predicted: 0, confidence: Number.NaN, loss: Number.NaN });
});

describe('findNaN', () => {
  const batch = (change: (values: Float32Array) => void = () => {}) => {
    const values = Float32Array.from(x.values.subarray(0, 12));
    change(values);
    return tensor(values, [4, 3], 'float32');
  };
  const labels = () => tensor(y.slice(0, 4), [4, 1], 'float32');

  test('finds nothing in a model that is sound', () => {
    const before = line();
    expect(findNaN(before, batch(), labels())).toBeNull();
  });

  test('names the sample of the input, the weight, and the first layer', () => {
    const model = line();
    const input = batch((values) => void (values[7] = Number.NaN));
    expect(findNaN(model, input)).toEqual({
      place: 'input',
      name: model.name,
      value: Number.NaN,
      sample: 2,
      index: [2, 1],
    });
    const [kernel, ...others] = model.getWeights();
    model.setWeights([tensor(new Float32Array(12).fill(Number.NaN), [3, 4]), ...others]);
    expect(findNaN(model, batch())).toMatchObject({ place: 'weight', name: model.weights[0].path, sample: null });
    // Finite weights whose product is not: the first layer has it.
    model.setWeights([tensor(new Float32Array(12).fill(3e38), [3, 4]), ...others]);
    expect(findNaN(model, batch())).toMatchObject({
      place: 'output',
      name: model.layers[0].name,
      sample: expect.any(Number),
    });
    kernel.dispose();
  });

  test('names the loss, and the gradient', () => {
    const model = line();
    const [kernel, bias, second] = model.getWeights();
    const large = tensor([1e25], [1]);
    // A finite output whose square is not.
    model.setWeights([kernel, bias, second, large]);
    expect(findNaN(model, batch(), labels())).toMatchObject({ place: 'loss', value: Number.POSITIVE_INFINITY });
    const root = sequential({
      layers: [layers.dense({ units: 1, useBias: false, inputShape: [1], kernelInitializer: 'zeros' })],
    });
    root.compile({ loss: (_yTrue: Tensor, yPred: Tensor) => mean(sqrt(yPred)), optimizer: 'sgd' });
    // √0 is 0, its slope infinite.
    expect(findNaN(root, tensor([1], [1, 1]), tensor([1], [1, 1]))).toMatchObject({
      place: 'gradient',
      name: root.weights[0].path,
    });
  });
});
