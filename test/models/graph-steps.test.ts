import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { array } from '../../src/data/index.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { Model } from '../../src/models/model.js';
import { Sequential, sequential } from '../../src/models/sequential.js';
import '../../src/ops/methods.js';
import { variableGrads } from '../../src/autograd/gradients.js';
import { ones, tensor } from '../../src/ops/creation.js';
import { sgd } from '../../src/optim/index.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables, trainableVariables } from '../../src/tensor/variable.js';
import type { StepData, StepLogs } from '../../src/training/model/step-data.js';
import { startBackend } from '../support/backends.js';

/* The steps that a subclass may have: Keras's train_step, test_step, predict_step, which may call the library's own. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const rows = Array.from({ length: 10 }, (_, i) => Array.from(uniformValues(3, i)));
const targets = rows.map(([a, b, c]) => [a + b, c]);
const body = () => [layers.dense({ units: 5, activation: 'tanh', inputShape: [3] }), layers.dense({ units: 2 })];

function compiled<M extends Sequential>(make: () => M): M {
  clearSession();
  setSeed(3);
  const model = make();
  model.compile({
    optimizer: sgd({ learningRate: 0.1, momentum: 0.5 }),
    loss: 'mse',
    metrics: ['mae'],
    weightedMetrics: ['mape'],
  });
  return model;
}

const sampleWeight = rows.map((_, i) => 1 + (i % 3));
const OPTIONS = { epochs: 3, batchSize: 4, shuffle: false, validationData: [rows, targets] as const, sampleWeight };
const weightsOf = (model: Model) => model.getWeights().map((weight) => Array.from(weight.dataSync()));

class Calling extends Sequential {
  override async trainStep(data: StepData): Promise<StepLogs> {
    const logs = await super.trainStep(data);
    return { ...logs, size: data.x.shape[0] };
  }
  override testStep(data: StepData): StepLogs | Promise<StepLogs> {
    return super.testStep(data);
  }
}

describe('steps of a subclass', () => {
  test('super.trainStep and super.testStep are the steps of compile', async () => {
    const plain = compiled(() => sequential({ layers: body() }));
    const expected = (await plain.fit(rows, targets, OPTIONS as never)).history;
    const calling = compiled(() => new Calling({ layers: body() }));
    const { size, ...history } = (await calling.fit(rows, targets, OPTIONS as never)).history;
    expect(weightsOf(calling)).toEqual(weightsOf(plain));
    // The mean of 4, 4, 2 over ten samples.
    expect(size).toEqual([3.6, 3.6, 3.6]);
    expect(Object.keys(history).sort()).toEqual(Object.keys(expected).sort());
    for (const [name, values] of Object.entries(expected)) {
      for (const [epoch, value] of values.entries()) expect(history[name][epoch]).toBeCloseTo(value, 6);
    }
  });

  test('a step may change the data', async () => {
    class Shifted extends Sequential {
      override trainStep(data: StepData) {
        return super.trainStep(data.with({ xs: data.xs.map((x) => x.add(1)) }));
      }
    }
    const shifted = compiled(() => new Shifted({ layers: body() }));
    await shifted.fit(rows, targets, { epochs: 2, shuffle: false });
    const plain = compiled(() => sequential({ layers: body() }));
    const moved = rows.map((row) => row.map((value) => Math.fround(Math.fround(value) + 1)));
    await plain.fit(moved, targets, { epochs: 2, shuffle: false });
    expect(weightsOf(shifted)).toEqual(weightsOf(plain));
  });

  test('predictStep makes the outputs of predict, predictOnBatch and data sets', async () => {
    class Doubled extends Sequential {
      override predictStep(data: StepData) {
        return (super.predictStep(data) as Tensor).mul(2);
      }
    }
    const model = compiled(() => new Doubled({ layers: body() }));
    const expected = (model.apply(tensor(rows)) as Tensor).mul(2).arraySync();
    const batches = array(rows.map((xs, i) => ({ xs, ys: targets[i] }))).batch(4);
    const before = memory().numTensors;
    const results = [model.predict(rows, { batchSize: 3 }), model.predictOnBatch(rows), await model.predict(batches)];
    for (const result of results) {
      expect((result as Tensor).arraySync()).toEqual(expected);
      (result as Tensor).dispose();
    }
    expect(memory().numTensors).toBe(before);
  });

  test('super.trainStep needs what compile lacks', async () => {
    const model = new Calling({ layers: body() });
    model.compile({ optimizer: 'sgd' });
    await expect(model.fit(rows, targets)).rejects.toThrow('trainStep needs a loss in compile');
    model.compile({ loss: 'mse' });
    await expect(model.fit(rows, targets)).rejects.toThrow('compile was given no optimizer');
  });
});

describe('predict of a data set', () => {
  test.each<[string, () => Promise<unknown>, string]>([
    ['no batches', () => model().predict(array([] as number[][]).batch(2)), 'the data set is empty, expected batches'],
    ['no end', () => model().predict(array(rows).repeat().batch(2)), 'the data set has no end'],
    ['no xs', () => model().predict(array(rows.map((ys) => ({ ys }))).batch(2)), 'has no xs'],
  ])('%s is refused', async (_, run, message) => {
    const before = memory().numTensors;
    await expect(run()).rejects.toThrow(message);
    disposeVariables();
    expect(memory().numTensors).toBe(before);
  });

  const model = () => compiled(() => sequential({ layers: body() }));

  test('integers and elements without labels', async () => {
    const made = model();
    const ints = array(
      rows.map((row) =>
        tensor(
          row.map((value) => Math.round(value * 9)),
          [3],
          'int32',
        ),
      ),
    ).batch(4);
    const outputs = (await made.predict(ints)) as Tensor;
    expect(outputs.shape).toEqual([10, 2]);
  });
});

describe('names', () => {
  test('a subclass with a static className is named after it, whatever a minifier calls the class', () => {
    clearSession();
    class a extends Model {
      static override readonly className = 'DenoisingAutoencoder';
    }
    class b extends Sequential {
      static override readonly className = 'LeNet5';
    }
    expect([new a().name, new a().name, new b().name]).toEqual([
      'denoising_autoencoder',
      'denoising_autoencoder_1',
      'le_net5',
    ]);
  });

  test('variables of layers with the same name have unique names, as in tfjs', () => {
    const twins = [1, 2].map(() => {
      const twin = sequential({ layers: [layers.dense({ units: 1, name: 'twin', inputShape: [2], useBias: false })] });
      twin.getWeights();
      return twin;
    });
    expect(trainableVariables().map(({ name }) => name)).toEqual(['twin/kernel', 'twin/kernel_1']);
    const [first, second] = twins;
    const { grads } = variableGrads(() =>
      (first.apply(ones([1, 2])) as Tensor).sub(second.apply(ones([1, 2])) as Tensor).sum(),
    );
    expect(grads['twin/kernel'].arraySync()).toEqual([[1], [1]]);
    expect(grads['twin/kernel_1'].arraySync()).toEqual([[-1], [-1]]);
    const before = second.getWeights()[0].arraySync() as number[][];
    sgd(1).applyGradients({ 'twin/kernel_1': grads['twin/kernel_1'] });
    expect(second.getWeights()[0].arraySync()).toEqual(before.map(([value]) => [Math.fround(value + 1)]));
    first.dispose();
    // The name is free again.
    const third = sequential({ layers: [layers.dense({ units: 1, name: 'twin', inputShape: [2] })] });
    expect(third.trainableVariables[0].name).toBe('twin/kernel');
  });
});
