import '../../src/ops/methods.js';
import ndarray from 'ndarray';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { array, generator } from '../../src/data/sources.js';
import { zip } from '../../src/data/zip.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { ones, tensor } from '../../src/ops/creation.js';
import { mean } from '../../src/ops/reductions.js';
import { adam, sgd } from '../../src/optim/index.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { dispose, memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(11);
});
afterEach(() => disposeVariables());

const COUNT = 60;
const x = Float32Array.from(uniformValues(COUNT * 4, 1), (value) => 2 * value - 1);
const rows = { values: x, shape: [COUNT, 4] };
/** Which of the first three numbers is the largest. */
const y = Int32Array.from({ length: COUNT }, (_, i) => {
  const row = x.subarray(4 * i, 4 * i + 3);
  return row.indexOf(Math.max(...row));
});
const oneHot = Array.from(y, (label) => [0, 1, 2].map((number) => (number === label ? 1 : 0)));

function classifier(): Sequential {
  const made = sequential({
    layers: [
      layers.dense({ units: 8, activation: 'relu', inputShape: [4] }),
      layers.dense({ units: 3, activation: 'softmax' }),
    ],
  });
  made.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['acc'] });
  return made;
}

const weightsOf = (made: Sequential) => made.getWeights().map((weight) => [...weight.dataSync()]);

/** A linear model of one weight, y = w · x, at w = 1. */
function line(options: Partial<Parameters<Sequential['compile']>[0]> = {}): Sequential {
  const made = sequential({
    layers: [layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [1] })],
  });
  made.compile({ optimizer: sgd({ learningRate: 0.1 }), loss: 'mse', ...options });
  return made;
}

describe('fit', () => {
  test('learns, and logs under the names of Keras', async () => {
    const made = classifier();
    made.compile({
      optimizer: adam({ learningRate: 0.03 }),
      loss: 'sparse_categorical_crossentropy',
      metrics: ['acc'],
    });
    const { history, epoch } = await made.fit(rows, y, { epochs: 60, batchSize: 16, validationSplit: 0.2 });
    expect(Object.keys(history)).toEqual(['loss', 'acc', 'val_loss', 'val_acc']);
    expect(epoch).toHaveLength(60);
    expect(history.loss[59]).toBeLessThan(history.loss[0] / 2);
    expect(history.acc[59]).toBeGreaterThan(0.85);
  });

  // One step: gradient of mean (w x − y)² at w = 1 over x = [1, 2], y = [3, 3] is mean(2 (x − 3) x) = −4.
  test('one step equals its formula', async () => {
    const made = line();
    const { history } = await made.fit([[1], [2]], [[3], [3]], { batchSize: 2 });
    expect(history.loss[0]).toBeCloseTo((4 + 1) / 2, 6);
    expect(weightsOf(made)[0][0]).toBeCloseTo(1.4, 6);
  });

  test('a smaller last batch counts by its samples, in loss and metrics', async () => {
    const made = line({ optimizer: sgd({ learningRate: 0 }), metrics: ['mae'] });
    const { history } = await made.fit([[1], [1], [1]], [[2], [2], [5]], { batchSize: 2, shuffle: false });
    expect(history.loss[0]).toBeCloseTo((1 + 1 + 16) / 3, 5);
    expect(history.mae[0]).toBeCloseTo((1 + 1 + 4) / 3, 5);
  });

  test('sample weights and class weights scale the loss of their samples; metrics stay, weighted ones do not', async () => {
    const made = line({ optimizer: sgd({ learningRate: 0 }), metrics: ['mae'], weightedMetrics: ['mse'] });
    const data = [
      [[1], [1]],
      [[2], [5]],
    ] as const;
    const { history } = await made.fit(data[0] as never, data[1] as never, { sampleWeight: [3, 0] });
    expect(history.loss[0]).toBeCloseTo((3 * 1 + 0) / 2, 5);
    expect(history.mae[0]).toBeCloseTo((1 + 4) / 2, 5);
    expect(history.mse[0]).toBeCloseTo(1, 5);
    const binary = line({ optimizer: sgd({ learningRate: 0 }) });
    const weighted = await binary.fit([[2], [3]], [[0], [1]], { classWeight: { 1: 10 } });
    expect(weighted.history.loss[0]).toBeCloseTo((4 + 10 * 4) / 2, 5);
  });

  test('class weights by one-hot and by sparse labels give the same loss', async () => {
    const lossWith = async (loss: string, labels: never) => {
      setSeed(4);
      const made = classifier();
      made.compile({ optimizer: sgd({ learningRate: 0 }), loss });
      return (await made.fit(rows, labels, { classWeight: { 0: 2, 2: 0.5 } })).history.loss[0];
    };
    const sparse = await lossWith('sparseCategoricalCrossentropy', y as never);
    expect(await lossWith('categoricalCrossentropy', oneHot as never)).toBeCloseTo(sparse, 6);
  });

  test('tensors, ndarrays, nested lists and bytes give the same weights as typed arrays', async () => {
    const bytes = Uint8Array.from({ length: COUNT * 4 }, (_, i) => (i * 37) % 11);
    const floats = Float32Array.from(bytes);
    const given = tensor(floats, [COUNT, 4]);
    const labels = tensor(y, [COUNT], 'int32');
    const nested = Array.from({ length: COUNT }, (_, i) => [...floats.subarray(4 * i, 4 * i + 4)]);
    const forms: [unknown, unknown][] = [
      [{ values: floats, shape: [COUNT, 4] }, y],
      [{ values: bytes, shape: [COUNT, 4] }, [...y]],
      [ndarray(floats, [COUNT, 4]), ndarray(y, [COUNT])],
      [ndarray(bytes, [COUNT, 4]), labels],
      [given, labels],
      [[given], [y]],
      [{ dense_input: given }, y],
      [nested, y],
      // Column order: the rows have to be gathered by their strides.
      [
        ndarray(
          Float32Array.from({ length: COUNT * 4 }, (_, i) => floats[(i % COUNT) * 4 + Math.floor(i / COUNT)]),
          [COUNT, 4],
          [1, COUNT],
        ),
        y,
      ],
    ];
    const results: number[][][] = [];
    for (const [samples, answers] of forms) {
      clearSession();
      setSeed(2);
      const made = classifier();
      const named = samples === forms[6][0] ? { [made.inputNames[0]]: given } : samples;
      await made.fit(named as never, answers as never, { epochs: 2, validationSplit: 0.1 });
      results.push(weightsOf(made));
      made.dispose();
    }
    for (const result of results) expect(result).toEqual(results[0]);
    dispose([given, labels]);
  });

  test('the same seed gives the same weights, another seed others', async () => {
    const train = async (seed: number) => {
      clearSession();
      setSeed(seed);
      const made = classifier();
      await made.fit(rows, y, { epochs: 2 });
      return weightsOf(made);
    };
    expect(await train(1)).toEqual(await train(1));
    expect(await train(1)).not.toEqual(await train(2));
  });

  test('validation data, its frequency and steps; initialEpoch; stepsPerEpoch', async () => {
    const made = classifier();
    const { history, epoch } = await made.fit(rows, y, {
      epochs: 5,
      initialEpoch: 1,
      validationData: [rows, y],
      validationFreq: 2,
      stepsPerEpoch: 1,
      batchSize: 10,
    });
    expect(epoch).toEqual([1, 2, 3, 4]);
    expect(history.val_loss).toHaveLength(2);
    expect(made.optimizer.iterations).toBe(4);
    const last = await made.measure(rows, y);
    expect(history.val_loss[1]).not.toBeCloseTo(last.loss, 9);
  });

  test('a model that learns its input shape from the data', async () => {
    const made = sequential({ layers: [layers.dense({ units: 3, activation: 'softmax' })] });
    made.compile({ optimizer: 'sgd', loss: 'sparse_categorical_crossentropy' });
    await made.fit(rows, y);
    expect(made.inputShape).toEqual([null, 4]);
  });

  test('images without their only channel get it', async () => {
    const made = sequential({
      layers: [layers.flatten({ inputShape: [2, 2, 1] }), layers.dense({ units: 3, activation: 'softmax' })],
    });
    made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    await made.fit({ values: x, shape: [COUNT, 2, 2] }, y);
    expect((made.predict({ values: x, shape: [COUNT, 2, 2] }) as Tensor).shape).toEqual([COUNT, 3]);
  });

  test('the loss is exact where softmax has rounded to 0, in training and in evaluation', async () => {
    const made = sequential({
      layers: [
        layers.dense({
          units: 2,
          useBias: false,
          kernelInitializer: 'identity',
          activation: 'softmax',
          inputShape: [2],
        }),
      ],
    });
    made.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'sparseCategoricalCrossentropy' });
    const { history } = await made.fit([[100, 0]], [1]);
    expect(history.loss[0]).toBeCloseTo(100, 4);
    expect((await made.measure([[100, 0]], [1])).loss).toBeCloseTo(100, 4);
  });

  test('regularizers count in the loss, constraints hold after each update', async () => {
    const made = sequential({
      layers: [
        layers.dense({
          units: 1,
          useBias: false,
          kernelInitializer: 'ones',
          kernelRegularizer: 'l2',
          kernelConstraint: 'nonNeg',
          inputShape: [1],
        }),
      ],
    });
    made.compile({ optimizer: sgd({ learningRate: 1 }), loss: 'mse' });
    const { history } = await made.fit([[1]], [[-9]]);
    expect(history.loss[0]).toBeCloseTo(100 + 0.01, 4);
    expect(weightsOf(made)[0][0]).toBe(0);
  });

  test('a loss of NaN is shown in the history, with one warning, and the epochs go on', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const made = line({ optimizer: sgd({ learningRate: 1e30 }) });
    const { history } = await made.fit([[1e20]], [[1]], { epochs: 4 });
    expect(history.loss).toHaveLength(4);
    expect(history.loss[3]).not.toSatisfy(Number.isFinite);
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});

describe('several inputs and outputs', () => {
  function twoHeads() {
    const left = input({ shape: [4], name: 'left' });
    const right = input({ shape: [2], name: 'right' });
    const joined = layers.concatenate().apply([left, right]);
    const kind = layers.dense({ units: 3, activation: 'softmax', name: 'kind' }).apply(joined);
    const size = layers.dense({ units: 1, name: 'size' }).apply(joined);
    return model({ inputs: [left, right], outputs: [kind, size] });
  }
  const second = { values: x.subarray(0, COUNT * 2), shape: [COUNT, 2] };
  const size = Float32Array.from({ length: COUNT }, (_, i) => x[4 * i]);

  test('losses, weights and metrics by output; the total is their weighted sum', async () => {
    const made = twoHeads();
    made.compile({
      optimizer: sgd({ learningRate: 0 }),
      loss: { kind: 'sparse_categorical_crossentropy', size: 'mse' },
      lossWeights: { kind: 1, size: 0.3 },
      metrics: { kind: ['acc'], size: 'mae' },
    });
    const { history } = await made.fit({ left: rows, right: second }, { kind: y, size }, { validationSplit: 0.5 });
    const names = ['loss', 'kind_loss', 'size_loss', 'kind_acc', 'size_mae'];
    expect(Object.keys(history)).toEqual([...names, ...names.map((name) => `val_${name}`)]);
    expect(history.loss[0]).toBeCloseTo(history.kind_loss[0] + 0.3 * history.size_loss[0], 6);
    expect(made.metricsNames).toEqual(names);
    const outputs = made.predict([rows, second]) as Tensor[];
    expect(outputs.map(({ shape }) => shape)).toEqual([
      [COUNT, 3],
      [COUNT, 1],
    ]);
  });

  test('lists in the order of the outputs', async () => {
    const made = twoHeads();
    made.compile({
      optimizer: 'sgd',
      loss: ['sparseCategoricalCrossentropy', 'mse'],
      lossWeights: [1, 0],
      metrics: [[], ['mse']],
    });
    const { history } = await made.fit([rows, second], [y, size], { sampleWeight: [ones([COUNT]), ones([COUNT])] });
    expect(Object.keys(history)).toEqual(['loss', 'kind_loss', 'size_loss', 'size_mse']);
    expect(history.size_mse[0]).toBeCloseTo(history.size_loss[0], 6);
    expect(history.loss[0]).toBeCloseTo(history.kind_loss[0], 6);
  });

  test.each<[object, string]>([
    [{ loss: ['mse'] }, 'compile: loss has 1 items, expected 2, for kind, size'],
    [{ loss: { kind: 'mse' } }, 'compile: loss of output size is missing'],
    [{ loss: { kind: 'mse', side: 'mse' } }, 'compile: loss names side, expected one of kind, size'],
    [{ loss: 'mse', lossWeights: [1] }, 'compile: lossWeights has 1 items, expected 2'],
    [{ loss: 'mse', metrics: { side: 'mae' } }, 'compile: metrics names side'],
  ])('what does not fit the outputs: %#', (options, message) => {
    expect(() => twoHeads().compile({ optimizer: 'sgd', ...options } as never)).toThrow(message);
  });

  test('one array for two inputs, or another count', async () => {
    const made = twoHeads();
    made.compile({ optimizer: 'sgd', loss: 'mse' });
    await expect(made.fit(rows, [oneHot as never, size])).rejects.toThrow(
      'x has 1 arrays, expected 2, for left, right',
    );
    await expect(made.fit({ left: rows }, [oneHot as never, size])).rejects.toThrow('x has left, expected right');
    const short = { values: x, shape: [COUNT * 2, 2] };
    await expect(made.fit([rows, short], [oneHot as never, size])).rejects.toThrow(
      'x of right has 120 samples, expected 60',
    );
  });
});

describe('data sets', () => {
  const batches = () =>
    zip({ xs: array(Array.from({ length: COUNT }, (_, i) => x.subarray(4 * i, 4 * i + 4))), ys: array([...y]) }).batch(
      16,
    );

  test('train like arrays that are not shuffled, bit for bit, and their batches are freed', async () => {
    const fromArrays = classifier();
    await fromArrays.fit(rows, y, { epochs: 2, batchSize: 16, shuffle: false, validationData: [rows, y] });
    setSeed(11);
    clearSession();
    const fromDataset = classifier();
    await fromDataset.fitDataset(batches(), { epochs: 2, validationData: batches() });
    expect(weightsOf(fromDataset)).toEqual(weightsOf(fromArrays));
    expect(fromDataset.history!.history).toEqual(fromArrays.history!.history);
    const before = memory();
    await fromDataset.fitDataset(batches().repeat(), {
      epochs: 2,
      stepsPerEpoch: 3,
      validationData: batches(),
      validationSteps: 1,
    });
    expect(memory()).toEqual(before);
    expect(fromDataset.optimizer.iterations).toBe(8 + 6);
  });

  test('build a model that does not know its input shape yet', async () => {
    const made = sequential({ layers: [layers.dense({ units: 3, activation: 'softmax' })] });
    made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const before = memory().numTensors;
    await made.fitDataset(batches());
    expect(made.inputShape).toEqual([null, 4]);
    expect(memory().numTensors).toBe(before + 2);
  });

  test('a data set that ends early ends the epoch, with a warning', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const made = classifier();
    await made.fitDataset(batches(), { epochs: 1, batchesPerEpoch: 9 });
    expect(warn).toHaveBeenCalledWith(expect.stringContaining('ended after 4 steps'));
    expect(made.optimizer.iterations).toBe(4);
    warn.mockRestore();
  });

  test('evaluateDataset and measure', async () => {
    const made = classifier();
    const { loss, acc } = await made.measure(rows, y, { batchSize: 16 });
    expect(await made.measure(batches())).toEqual({ loss, acc });
    const scalars = (await made.evaluateDataset(batches())) as Tensor[];
    expect(scalars[0].dataSync()[0]).toBeCloseTo(loss, 6);
    dispose(scalars);
  });

  test.each<[() => unknown[], string]>([
    [() => [3], 'is neither { xs, ys } nor [x, y]'],
    [() => [{ xs: [1], ys: [2] }], 'are not tensors'],
    [() => [{ xs: ones([2, 4]), ys: ones([3]) }], 'has 2 and 3 samples'],
    [() => [{ xs: ones([2, 5]), ys: ones([2]) }], 'is [2,5], expected [any,4]'],
    [() => [[ones([2, 4]), ones([2, 3])]], 'yTrue is [2,3], expected [2]'],
  ])('wrong elements: %#', async (elements, message) => {
    const made = classifier();
    made.predict(rows);
    const before = memory();
    await expect(made.fitDataset(generator(() => elements()[Symbol.iterator]()))).rejects.toThrow(message);
    made.optimizer.dispose();
    expect(memory()).toEqual(before);
  });
});

describe('evaluate, predict, one batch', () => {
  test("evaluate gives tfjs's scalars, of the numbers that measure gives", async () => {
    const made = classifier();
    const [loss, acc] = made.evaluate(rows, y, { batchSize: 7 }) as Tensor[];
    const numbers = await made.measure(rows, y);
    expect(loss.dataSync()[0]).toBeCloseTo(numbers.loss, 5);
    expect(acc.dataSync()[0]).toBeCloseTo(numbers.acc, 6);
    const alone = line().evaluate([[1]], [[3]]) as Tensor;
    expect(alone.shape).toEqual([]);
    expect(alone.dataSync()[0]).toBe(4);
  });

  test('predict does not depend on the size of batches, and needs no compile', () => {
    const made = sequential({ layers: [layers.dense({ units: 2, inputShape: [4] })] });
    const whole = made.predictOnBatch(rows) as Tensor;
    const given = tensor(x, [COUNT, 4]);
    for (const batchSize of [1, 7, 60, 100]) {
      expect([...(made.predict(rows, { batchSize }) as Tensor).dataSync()]).toEqual([...whole.dataSync()]);
      expect([...(made.predict(given, { batchSize }) as Tensor).dataSync()]).toEqual([...whole.dataSync()]);
    }
    expect(given.isDisposed).toBe(false);
  });

  test('trainOnBatch returns the loss before the update, testOnBatch does not change weights', async () => {
    const made = line({ metrics: ['mae'] });
    expect(await made.testOnBatch([[1], [2]], [[3], [3]])).toEqual([2.5, 1.5]);
    expect(await made.trainOnBatch([[1], [2]], [[3], [3]])).toEqual([2.5, 1.5]);
    expect(weightsOf(made)[0][0]).toBeCloseTo(1.4, 6);
    expect(await line().trainOnBatch([[1], [2]], [[3], [3]], { sampleWeight: [1, 0] })).toBe(2);
  });

  test("tfjs's custom loop: minimize on predictions", () => {
    const made = line();
    const [inputs, labels] = [tensor([[1], [2]]), tensor([[3], [3]])];
    const optimizer = sgd({ learningRate: 0.1 });
    const cost = optimizer.minimize(() => mean((made.apply(inputs) as Tensor).sub(labels).square()) as Tensor, true);
    expect(cost!.dataSync()[0]).toBe(2.5);
    expect(weightsOf(made)[0][0]).toBeCloseTo(1.4, 6);
  });
});

describe('memory', () => {
  test('2,000 steps, with dropout, batch norm and metrics, leave nothing behind', async () => {
    const atFirst = memory();
    const made = sequential({
      layers: [
        layers.dense({ units: 4, activation: 'relu', inputShape: [4] }),
        layers.batchNormalization(),
        layers.dropout({ rate: 0.2 }),
        layers.dense({ units: 3, activation: 'softmax' }),
      ],
    });
    made.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
    await made.fit(rows, y, { batchSize: 6 });
    const before = memory();
    await made.fit(rows, y, { batchSize: 6, epochs: 200, validationData: [rows, y], validationFreq: 100 });
    expect(made.optimizer.iterations).toBe(2010);
    expect(memory()).toEqual(before);
    made.dispose();
    expect(memory()).toEqual(atFirst);
  });
});
