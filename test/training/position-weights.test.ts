import '../../src/ops/methods.js';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { array } from '../../src/data/index.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { sgd } from '../../src/optim/index.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/*
 * Weights of steps and pixels. Expected values are Keras 3's formulas in float64: sum_over_batch_size is
 * Σ w · loss / n, with a mask Σ w · loss / Σ mask; mean_with_sample_weight is Σ w · loss / Σ w.
 */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const X = [
  [
    [[1], [2]],
    [[3], [0.5]],
  ],
  [
    [[-1], [4]],
    [[0], [2]],
  ],
];
const Y = [
  [
    [[0], [0]],
    [[1], [1]],
  ],
  [
    [[1], [1]],
    [[2], [0]],
  ],
];
const W = [
  [
    [1, 0],
    [2, 0.5],
  ],
  [
    [4, 0.25],
    [0, 3],
  ],
];

const flat = (values: unknown): number[] => [values].flat(9) as number[];
const sum = (values: readonly number[]) => values.reduce((total, each) => total + each, 0);
const [x, y, w] = [X, Y, W].map(flat);
const SQUARES = x.map((each, i) => (each - y[i]) ** 2);
const WEIGHTED = sum(SQUARES.map((each, i) => w[i] * each));

/** Outputs equal to the input times a weight of 1, [count, 2, 2, 1], with the loss of each pixel. */
function pixels(reduction = 'sum_over_batch_size', learningRate = 0) {
  const made = sequential({
    layers: [layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones', inputShape: [2, 2, 1] })],
  });
  const loss = losses.loss('meanSquaredError', { reduction: reduction as 'sum' });
  made.compile({ optimizer: sgd({ learningRate }), loss, metrics: ['mae'], weightedMetrics: ['mse'] });
  return made;
}

describe('weights of pixels', () => {
  test.each([
    ['sum_over_batch_size', WEIGHTED / 8],
    ['mean_with_sample_weight', WEIGHTED / sum(w)],
    ['sum', WEIGHTED],
  ])('reduction %s', async (reduction, expected) => {
    const made = pixels(reduction);
    const logs = await made.measure(X, Y, { sampleWeight: W });
    expect(Math.abs(logs.loss / expected - 1)).toBeLessThan(1e-6);
    expect(logs.mae).toBeCloseTo(sum(x.map((each, i) => Math.abs(each - y[i]))) / 8, 6);
    expect(logs.mse).toBeCloseTo(WEIGHTED / sum(w), 6);
  });

  test.each([
    ['sum_over_batch_size', WEIGHTED / 8],
    ['mean_with_sample_weight', WEIGHTED / sum(w)],
  ] as const)('a loss in float64, reduction %s', (reduction, expected) => {
    const [labels, predictions, weights] = [Y, X, W].map((each) => tensor(each, undefined, 'float64'));
    const value = losses.loss('meanSquaredError', { reduction }).apply(labels, predictions, weights);
    expect(Math.abs(value.dataSync()[0] - expected)).toBeLessThan(1e-9);
  });

  test('in fit, trainOnBatch, testOnBatch, evaluate and fitDataset alike', async () => {
    const expected = WEIGHTED / 8;
    const { history } = await pixels().fit(X, Y, { sampleWeight: W, validationData: [X, Y, W] });
    expect(history.loss[0]).toBeCloseTo(expected, 6);
    expect(history.val_loss[0]).toBeCloseTo(expected, 6);
    expect((await pixels().trainOnBatch(X, Y, { sampleWeight: W }))[0 as never]).toBeCloseTo(expected, 6);
    expect((await pixels().testOnBatch(X, Y, { sampleWeight: W }))[0 as never]).toBeCloseTo(expected, 6);
    const [loss] = pixels().evaluate(X, Y, { sampleWeight: W }) as Tensor[];
    expect(loss.dataSync()[0]).toBeCloseTo(expected, 6);
    const dataset = array(X.map((_, i) => ({ xs: tensor(X[i]), ys: tensor(Y[i]), sampleWeight: tensor(W[i]) }))).batch(
      2,
    );
    const fitted = await pixels().fitDataset(dataset, { epochs: 1 });
    expect(fitted.history.loss[0]).toBeCloseTo(expected, 6);
  });

  test('the gradient is that of the weighted mean', async () => {
    const made = pixels('sum_over_batch_size', 0.5);
    await made.fit(X, Y, { sampleWeight: W });
    const slope = sum(x.map((each, i) => w[i] * 2 * (each - y[i]) * each)) / 8;
    expect(made.getWeights()[0].dataSync()[0]).toBeCloseTo(1 - 0.5 * slope, 5);
  });

  test('a last axis of 1, weights of rows and weights of samples', async () => {
    const lossOf = async (sampleWeight: unknown) =>
      (await pixels().measure(X, Y, { sampleWeight: sampleWeight as never })).loss;
    expect(await lossOf(tensor(W).expandDims(-1))).toBeCloseTo(WEIGHTED / 8, 6);
    const rows = [2, 0, 1, 0.5];
    expect(await lossOf([rows.slice(0, 2), rows.slice(2)])).toBeCloseTo(
      sum(SQUARES.map((s, i) => s * rows[i >> 1])) / 8,
      6,
    );
    expect(await lossOf([3, 0.5])).toBeCloseTo(sum(SQUARES.map((s, i) => s * (i < 4 ? 3 : 0.5))) / 8, 6);
  });

  test('batches of a shuffled epoch keep weights with their samples', async () => {
    const made = pixels('sum');
    const { history } = await made.fit(X, Y, { sampleWeight: W, batchSize: 1, epochs: 2 });
    for (const loss of history.loss) expect(loss).toBeCloseTo(WEIGHTED / 2, 6);
  });

  test('times the weights of classes', async () => {
    const made = sequential({ layers: [layers.activation({ activation: 'softmax', inputShape: [2, 3] })] });
    made.compile({ optimizer: 'sgd', loss: 'sparseCategoricalCrossentropy' });
    const logits = [
      [
        [1, 2, 0],
        [0, 1, 3],
      ],
    ];
    const labels = [[1, 2]];
    const crossentropy = logits[0].map((row, i) => Math.log(sum(row.map(Math.exp))) - row[labels[0][i]]);
    const loss = await made.trainOnBatch(logits, labels, { sampleWeight: [[0.5, 4]], classWeight: { 2: 3 } });
    expect(loss).toBeCloseTo((0.5 * crossentropy[0] + 4 * 3 * crossentropy[1]) / 2, 6);
  });

  test('the axis of the classes may be another than the last', async () => {
    const made = sequential({ layers: [layers.activation({ activation: 'linear', inputShape: [3, 2] })] });
    const loss = losses.loss('sparseCategoricalCrossentropy', { axis: 1, fromLogits: true });
    made.compile({ optimizer: 'sgd', loss });
    const logits = [
      [1, 0],
      [2, 1],
      [0, 3],
    ];
    const crossentropy = [1, 2].map((label, place) => {
      const row = logits.map((each) => each[place]);
      return Math.log(sum(row.map(Math.exp))) - row[label];
    });
    const logs = await made.measure([logits], [[1, 2]], { sampleWeight: [[0.5, 4]] });
    expect(logs.loss).toBeCloseTo((0.5 * crossentropy[0] + 4 * crossentropy[1]) / 2, 6);
    await expect(made.measure([logits], [[1, 2]], { sampleWeight: [[1, 1, 1]] })).rejects.toThrow(
      'measure: sampleWeight is [1,3], expected [1], one weight a sample, or [1,2], one a position',
    );
  });
});

test('masked steps count neither in the sum nor in the number of losses', async () => {
  const made = sequential({
    layers: [
      layers.masking({ inputShape: [3, 1] }),
      layers.timeDistributed({ layer: layers.dense({ units: 1, useBias: false, kernelInitializer: 'ones' }) }),
    ],
  });
  made.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  const steps = [[[1], [3], [0]]];
  const logs = await made.measure(steps, [[[0], [1], [7]]], { sampleWeight: [[2, 0.5, 9]] });
  expect(logs.loss).toBeCloseTo((2 * 1 + 0.5 * 4) / 2, 6);
});

test.each([
  [
    'other positions',
    [[[1, 1, 1]], [[1, 1, 1]]],
    'sampleWeight is [2,1,3], expected [2], one weight a sample, or [2,2,2], one a position',
  ],
  ['another number of samples', [W[0]], 'sampleWeight is [1,2,2], expected [2]'],
  ['too many axes', [[X[0]], [X[1]]], 'sampleWeight is [2,1,2,2,1], expected [2]'],
  [
    'a negative weight',
    [
      W[0],
      [
        [1, 1],
        [1, -1],
      ],
    ],
    'sampleWeight has -1 at sample 1, expected a number ≥ 0',
  ],
])('%s: refused by name', async (_, sampleWeight, message) => {
  await expect(pixels().fit(X, Y, { sampleWeight: sampleWeight as never })).rejects.toThrow(`fit: ${message}`);
});

test('weights of a data set that do not fit are refused by name', async () => {
  const elements = [0, 1].map((i) => ({ xs: tensor(X[i]), ys: tensor(Y[i]), sampleWeight: tensor([1, 1, 1]) }));
  await expect(pixels().fitDataset(array(elements).batch(2), { epochs: 1 })).rejects.toThrow(
    'fitDataset: sampleWeight is [2,3], expected [2], one weight a sample, or [2,2,2], one a position',
  );
});
