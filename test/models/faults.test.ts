import '../../src/ops/methods.js';
import { inspect } from 'node:util';
import { afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DisposedError } from '../../src/base/errors.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { clearSession } from '../../src/layers/base/naming.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { ones } from '../../src/ops/creation.js';
import { sgd } from '../../src/optim/index.js';
import { regularizers } from '../../src/regularizers/index.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => clearSession());
afterEach(() => disposeVariables());

const numbers = (value: Tensor | Tensor[]): unknown => (value as Tensor).arraySync();

describe('training given in a call of a graph', () => {
  // Keras: an explicit value of the call wins over that of the whole model (Layer.__call__ and its call context).
  function frozenStatistics(training: boolean | undefined) {
    const i = input({ shape: [2] });
    const bn = layers.batchNormalization({ momentum: 0.5, name: 'bn' });
    const made = model({ inputs: i, outputs: bn.apply(i, { training }) });
    made.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse' });
    return made;
  }
  const data = [
    [10, 20],
    [12, 24],
  ];
  const movingMean = (made: Model) => Array.from(made.getWeights()[2].dataSync());

  test('false keeps the statistics in fit, undefined does not', async () => {
    const [frozen, free] = [frozenStatistics(false), frozenStatistics(undefined)];
    for (const made of [frozen, free]) await made.fit(data, data);
    expect(movingMean(frozen)).toEqual([0, 0]);
    // 0.5 · 0 + 0.5 · [11, 22]
    expect(movingMean(free)).toEqual([5.5, 11]);
  });

  test.each(['keras', 'h5'] as const)('the same after %s', async (format) => {
    const loaded = await loadModel(await encodeModel(frozenStatistics(false), format));
    await loaded.fit(data, data);
    expect(movingMean(loaded)).toEqual([0, 0]);
  });

  test('true drops in predict, of a nested model too', () => {
    const i = input({ shape: [1000] });
    const inner = sequential([layers.dropout({ rate: 0.5, inputShape: [1000] })]);
    const made = model({ inputs: i, outputs: inner.apply(i, { training: true }) as SymbolicTensor });
    const zeros = (made.predict(ones([1, 1000])) as Tensor).dataSync().filter((value) => value === 0);
    expect(zeros.length).toBeGreaterThan(300);
  });
});

test('a penalty counts once, however many nested models share its layer', async () => {
  const shared = layers.dense({
    units: 1,
    useBias: false,
    kernelInitializer: 'ones',
    kernelRegularizer: regularizers.l1({ l1: 1 }),
  });
  const nested = () => {
    const i = input({ shape: [1] });
    return model({ inputs: i, outputs: shared.apply(i) });
  };
  const i = input({ shape: [1] });
  const made = model({ inputs: i, outputs: layers.add().apply([nested().apply(i), nested().apply(i)]) });
  made.compile({ optimizer: sgd({ learningRate: 0.25 }), loss: 'mse' });
  // Predictions 2 · 1 · 0 = 0 = labels: the loss is the penalty |1|, its gradient 1.
  expect(await made.trainOnBatch([[0]], [[0]])).toBe(1);
  expect(made.getWeights()[0].dataSync()[0]).toBe(0.75);
});

test('classWeight applies only to training', async () => {
  const made = sequential([layers.dense({ units: 1, activation: 'sigmoid', inputShape: [1] })]);
  made.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'binaryCrossentropy' });
  const [x, y] = [
    [[1], [2]],
    [[1], [0]],
  ] as const;
  const { history } = await made.fit([...x], [...y], {
    classWeight: { 0: 10, 1: 1 },
    validationData: [[...x], [...y]],
  });
  const { loss } = await made.measure([...x], [...y]);
  expect(history.val_loss[0]).toBeCloseTo(loss, 6);
  expect(history.loss[0]).not.toBeCloseTo(loss, 2);
});

test('a batch size of the input does not bind predict and fit', async () => {
  const i = input({ batchShape: [4, 3] });
  const made = model({ inputs: i, outputs: layers.dense({ units: 2 }).apply(i) });
  expect((made.predict(ones([3, 3])) as Tensor).shape).toEqual([3, 2]);
  expect(made.apply(ones([1, 3])).shape).toEqual([1, 2]);
});

test('nor does that of a nested model', () => {
  const i = input({ batchShape: [2, 3] });
  const nested = model({ inputs: i, outputs: layers.dense({ units: 1 }).apply(i) });
  const j = input({ shape: [3] });
  const made = model({ inputs: j, outputs: nested.apply(j) });
  expect((made.predict(ones([5, 3])) as Tensor).shape).toEqual([5, 1]);
});

describe('ends', () => {
  // keras/src/models/sequential.py rebuilds its graph in add and pop; Layer.output raises for several calls.
  test('follow add and pop, and are refused where they are not one', () => {
    const made = sequential([layers.dense({ units: 3, inputShape: [2] }), layers.dense({ units: 4, name: 'last' })]);
    made.pop();
    expect(model({ inputs: made.input, outputs: made.output }).outputShape).toEqual([null, 3]);
    made.add(layers.dense({ units: 5 }));
    expect((made.output as SymbolicTensor).shape).toEqual([null, 5]);
    expect(() => sequential([layers.dense({ units: 1 })]).input).toThrow('the model is not built');
    const shared = layers.dense({ units: 1, name: 'shared' });
    for (let call = 0; call < 2; call++) shared.apply(input({ shape: [2] }));
    expect(() => shared.output).toThrow('shared (Dense): output asked of a layer with 2 calls');
  });

  test('input and output of a model lead from an input to a layer within', () => {
    const base = sequential([
      layers.dense({ units: 3, inputShape: [2], name: 'first' }),
      layers.dense({ units: 4, name: 'last' }),
    ]);
    const cut = model({ inputs: base.input, outputs: base.getLayer('first').output });
    expect((cut.predict(ones([1, 2])) as Tensor).shape).toEqual([1, 3]);
    expect(base.output).toBe(base.outputs[0]);
    const head = layers.dense({ units: 1 }).apply(base.output as SymbolicTensor);
    expect(model({ inputs: base.input, outputs: head }).outputShape).toEqual([null, 1]);
  });

  // Names as tf_keras's Functional._set_output_names makes them.
  test('two outputs of one nested model are numbered, and have separate losses and labels', async () => {
    const i = input({ shape: [1] });
    const double = layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones', name: 'double' });
    const triple = layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones', name: 'triple' });
    const base = model({ inputs: i, outputs: [double.apply(i), triple.apply(i)], name: 'base' });
    const j = input({ shape: [1] });
    const outputs = base.apply(j) as unknown as SymbolicTensor[];
    const made = model({ inputs: j, outputs });
    expect(made.outputNames).toEqual(['base', 'base_1']);
    made.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mae' });
    // Predictions 1 and 1, labels 5 and 4.
    expect(await made.measure([[1]], { base: [[5]], base_1: [[4]] })).toEqual({
      loss: 7,
      base_loss: 4,
      base_1_loss: 3,
    });
    const { history } = await made.fit([[1]], { base: [[5]], base_1: [[4]] });
    expect(Object.keys(history)).toEqual(['loss', 'base_loss', 'base_1_loss']);
  });
});

describe('after dispose', () => {
  test('a model is refused by name', async () => {
    const made = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    made.compile({ optimizer: 'sgd', loss: 'mse' });
    made.dispose();
    expect(() => made.predict(ones([1, 2]))).toThrow(DisposedError);
    expect(() => made.predict(ones([1, 2]))).toThrow('predict: sequential is used after dispose()');
    await expect(made.fit(ones([1, 2]), ones([1, 1]))).rejects.toThrow(DisposedError);
    await expect(made.measure(ones([1, 2]), ones([1, 1]))).rejects.toThrow(DisposedError);
    expect(() => made.apply(ones([1, 2]))).toThrow(DisposedError);
    expect(() => made.getWeights()).toThrow('dense/kernel: the weight is used after dispose() of its layer or model');
  });

  test('so is another model that shares its layers, and a model without weights', () => {
    const base = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    const other = sequential([base, layers.flatten()]);
    base.dispose();
    expect(() => other.predict(ones([1, 2]))).toThrow(DisposedError);
    const flat = sequential([layers.flatten({ inputShape: [2] })]);
    flat.dispose();
    expect(() => flat.predict(ones([1, 2]))).toThrow(DisposedError);
  });
});

test('a chain of 8,000 layers needs no recursion', () => {
  const i = input({ shape: [1] });
  const relu = layers.reLU();
  let x = i;
  for (let n = 0; n < 8000; n++) x = relu.apply(x);
  const made = model({ inputs: i, outputs: x });
  expect(made.graph.nodes).toHaveLength(8000);
  expect(numbers(made.predict([[3]]))).toEqual([[3]]);
});

describe('console.log', () => {
  test('shows a model and its history', async () => {
    const made = sequential([layers.dense({ units: 1, inputShape: [2] })]);
    expect(inspect(made)).toBe(
      "Sequential {\n  name: 'sequential',\n  inputShape: [ null, 2 ],\n  outputShape: [ null, 1 ],\n  layers: [ 'dense (Dense)' ],\n  parameters: 3\n}",
    );
    made.compile({ optimizer: sgd({ learningRate: 0 }), loss: 'mse', metrics: ['mae'] });
    const history = await made.fit([[0, 0]], [[0]]);
    expect(inspect(made)).toContain("loss: 'mse'");
    expect(inspect(history)).toBe('History { epoch: [ 0 ], history: { loss: [ 0 ], mae: [ 0 ] } }');
    expect(inspect(sequential([layers.flatten()]))).toContain('built: false');
    class Own extends Model {
      override trainStep = () => ({ loss: 0 });
    }
    expect(inspect(new Own())).toBe("Own { name: 'own', built: false, layers: [] }");
  });
});
