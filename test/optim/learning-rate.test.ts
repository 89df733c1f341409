import '../../src/ops/methods.js';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { ones, tensor, zeros } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { dispose, tidy } from '../../src/tensor/scope.js';
import { disposeVariables, type Variable, variable } from '../../src/tensor/variable.js';
import type { CallbackFunctions } from '../../src/training/callbacks/callback.js';
import { learningRateScheduler, reduceLROnPlateau } from '../../src/training/callbacks/index.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

/** One step down a slope of 1: how far the weight moves is the rate that was used. */
function rateUsed(optimizer: optimizers.Optimizer, weight: Variable): number {
  const before = weight.dataSync()[0];
  tidy(() => optimizer.applyGradients([[tensor([1], [1], 'float64'), weight]]));
  return before - weight.dataSync()[0];
}

const wide = () => tidy(() => variable(zeros([1], 'float64')));
const close = (values: number[]) => values.map((value) => expect.closeTo(value, 10));

describe('decay', () => {
  // Keras 2: rate / (1 + decay · iterations).
  test('divides the base rate', () => {
    const [optimizer, weight] = [optimizers.sgd({ learningRate: 0.1, decay: 0.25 }), wide()];
    expect([1, 2, 3].map(() => rateUsed(optimizer, weight))).toEqual(close([0.1, 0.1 / 1.25, 0.1 / 1.5]));
    expect(optimizer.learningRate).toBeCloseTo(0.1 / 1.75, 12);
    expect(optimizer.baseLearningRate).toBe(0.1);
    expect(optimizer.getConfig()).toMatchObject({ learningRate: 0.1, decay: 0.25 });
  });

  test('is not applied again when the rate is set to the value that was read', () => {
    const [optimizer, weight] = [optimizers.sgd({ learningRate: 0.1, decay: 0.25 }), wide()];
    const rates = [0, 1, 2].map(() => {
      const { learningRate } = optimizer;
      optimizer.learningRate = learningRate;
      const { baseLearningRate } = optimizer;
      optimizer.baseLearningRate = baseLearningRate;
      return rateUsed(optimizer, weight);
    });
    expect(rates).toEqual(close([0.1, 0.1 / 1.25, 0.1 / 1.5]));
  });

  test('continues from a rate that is set', () => {
    const [optimizer, weight] = [optimizers.sgd({ learningRate: 0.1, decay: 0.25 }), wide()];
    optimizer.iterations = 4;
    optimizer.setLearningRate(0.02);
    expect(optimizer.learningRate).toBeCloseTo(0.02, 12);
    expect(optimizer.baseLearningRate).toBeCloseTo(0.04, 12);
    expect([1, 2].map(() => rateUsed(optimizer, weight))).toEqual(close([0.04 / 2, 0.04 / 2.25]));
  });

  test('is kept in the state: base rate and iterations', () => {
    const [optimizer, weight] = [optimizers.sgd({ learningRate: 0.1, decay: 0.25 }), wide()];
    rateUsed(optimizer, weight);
    optimizer.baseLearningRate = 0.5;
    const state = optimizer.getWeights();
    const other = optimizers.sgd({ learningRate: 0.1, decay: 0.25 });
    other.setWeights(state);
    expect(other.learningRate).toBe(0.5 / 1.25);
    dispose(state);
  });

  async function ratesOf(optimizer: optimizers.Optimizer, callback: CallbackFunctions): Promise<number[]> {
    const model = sequential({
      layers: [layers.dense({ units: 1, inputShape: [1], useBias: false, kernelInitializer: 'zeros' })],
    });
    model.compile({ optimizer, loss: 'meanAbsoluteError' });
    const [x, y] = [ones([4, 1]), tensor([[1e3], [1e3], [1e3], [1e3]])];
    const rates: number[] = [];
    const record: CallbackFunctions = {
      onBatchBegin: (batch) => batch === 0 && void rates.push(optimizer.learningRate),
    };
    // Four updates an epoch.
    await model.fit(x, y, { batchSize: 1, epochs: 3, shuffle: false, callbacks: [callback, record] });
    dispose([x, y]);
    model.dispose();
    return rates;
  }

  test('under a scheduler that returns the rate that it is given', async () => {
    const seen: number[] = [];
    const unchanged = learningRateScheduler((_, rate) => {
      seen.push(rate);
      return rate;
    });
    const rates = await ratesOf(optimizers.sgd({ learningRate: 0.1, decay: 0.25 }), unchanged);
    expect(rates).toEqual(close([0.1, 0.05, 0.1 / 3]));
    // As in Keras 2, whose optimizer.lr is the rate before decay.
    expect(seen).toEqual([0.1, 0.1, 0.1]);
  });

  test('under a scheduler that returns a constant', async () => {
    const rates = await ratesOf(
      optimizers.sgd({ learningRate: 1, decay: 0.25 }),
      learningRateScheduler(() => 0.1),
    );
    expect(rates).toEqual(close([0.1, 0.05, 0.1 / 3]));
  });

  test('under reduceLROnPlateau, which multiplies the base rate', async () => {
    const plateau = reduceLROnPlateau({ monitor: 'loss', factor: 0.5, patience: 1, minDelta: 1e6 });
    const rates = await ratesOf(optimizers.sgd({ learningRate: 0.1, decay: 0.25 }), plateau);
    // Epoch 1 is the best so far; the rate is halved after epochs 2 and 3.
    expect(rates).toEqual(close([0.1, 0.05, 0.05 / 3]));
  });
});

describe('a schedule', () => {
  const scheduled = () =>
    optimizers.sgd({
      learningRate: optimizers.exponentialDecay({ initialLearningRate: 0.1, decaySteps: 10, decayRate: 0.5 }),
    });
  const message = /^SGD: learningRate set to 0\.\d+, but it follows a schedule/;

  test('cannot be replaced by a number, as in Keras 3', async () => {
    const optimizer = scheduled();
    expect(() => {
      optimizer.learningRate = 0.01;
    }).toThrow(message);
    expect(() => optimizer.setLearningRate(0.01)).toThrow(ValueError);
    expect(() => {
      optimizer.baseLearningRate = 0.01;
    }).toThrow(message);
    optimizer.iterations = 10;
    expect(optimizer.learningRate).toBeCloseTo(0.05, 12);
  });

  test.each([
    ['learningRateScheduler', learningRateScheduler((_, rate) => rate)],
    ['reduceLROnPlateau', reduceLROnPlateau({ monitor: 'loss', patience: 1, minDelta: 1e6 })],
  ])('refuses %s', async (_, callback) => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    model.compile({ optimizer: scheduled(), loss: 'mse' });
    const x = ones([2, 1]);
    await expect(model.fit(x, x, { epochs: 3, callbacks: [callback] })).rejects.toThrow(message);
    x.dispose();
    model.dispose();
  });

  test('can be replaced by another', () => {
    const optimizer = scheduled();
    optimizer.learningRate = (step) => 0.5 / (step + 1);
    expect(optimizer.learningRate).toBe(0.5);
    expect(() => optimizer.getConfig()).toThrow('SGD: a learning rate that is a custom function cannot be saved');
  });

  test('leaves no learning_rate in the state, as in Keras 3', () => {
    const [optimizer, weight] = [scheduled(), wide()];
    rateUsed(optimizer, weight);
    const state = optimizer.getWeights();
    expect(state.map(({ name }) => name)).toEqual(['iteration']);
    const other = scheduled();
    other.setWeights(state);
    expect(other.learningRate).toBe(optimizer.learningRate);
    dispose(state);
  });
});
