import { beforeAll, describe, expect, test } from 'vitest';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import * as metrics from '../../src/metrics/index.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import { startBackend } from '../support/backends.js';

/* Values of Keras 3's docstring, of scikit-learn's, and of the formula in float64. */

beforeAll(async () => void (await startBackend('cpu')));

type Options = metrics.R2ScoreOptions;

function scored(options: Options, ...batches: (readonly [number[][], number[][], number[]?])[]) {
  const before = memory().numTensors;
  const metric = new metrics.R2Score(options);
  for (const batch of batches) metric.updateState(...batch);
  expect(memory().numTensors).toBe(before);
  return metric.result();
}

/** Scores of the outputs in float64. */
function scores(labels: number[][], predictions: number[][], weights = labels.map(() => 1)): number[] {
  return labels[0].map((_, output) => {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const mean = labels.reduce((sum, row, i) => sum + row[output] * weights[i], 0) / total;
    const sumOf = (f: (row: number[], i: number) => number) =>
      labels.reduce((sum, row, i) => sum + weights[i] * f(row, i) ** 2, 0);
    return 1 - sumOf((row, i) => row[output] - predictions[i][output]) / sumOf((row) => row[output] - mean);
  });
}

const labels = Array.from({ length: 9 }, (_, i) => [...uniformValues(2, i)]);
const predictions = labels.map(([a, b], i) => [a + uniformValues(1, 50 + i)[0] / 4, b * 0.8]);
const weights = labels.map((_, i) => 1 + (i % 3));

describe('R2Score', () => {
  test('the examples of Keras and scikit-learn', () => {
    expect(
      scored({}, [
        [[1], [4], [3]],
        [[2], [4], [4]],
      ]),
    ).toBeCloseTo(0.57142854, 6);
    expect(
      scored({}, [
        [[3], [-0.5], [2], [7]],
        [[2.5], [0], [2], [8]],
      ]),
    ).toBeCloseTo(0.948608137, 6);
    // multioutput of scikit-learn: raw_values, uniform_average, variance_weighted
    const y: [number[][], number[][]] = [
      [
        [0.5, 1],
        [-1, 1],
        [7, -6],
      ],
      [
        [0, 2],
        [-1, 2],
        [8, -5],
      ],
    ];
    expect(scored({ classAggregation: 'variance_weighted_average' }, y)).toBeCloseTo(0.938256658, 6);
    const raw = scored({ classAggregation: null }, y) as number[];
    expect(raw[0]).toBeCloseTo(0.965437788, 6);
    expect(raw[1]).toBeCloseTo(0.908163265, 6);
    expect(scored({}, y)).toBeCloseTo((0.965437788 + 0.908163265) / 2, 6);
  });

  test('batches add up, with weights of samples', () => {
    const [first, second] = scores(labels, predictions, weights);
    const cut = (from: number, to: number) =>
      [labels.slice(from, to), predictions.slice(from, to), weights.slice(from, to)] as [
        number[][],
        number[][],
        number[],
      ];
    expect(scored({}, cut(0, 4), cut(4, 9))).toBeCloseTo((first + second) / 2, 5);
    expect(scored({}, [labels, predictions])).toBeCloseTo(
      scores(labels, predictions).reduce((sum, score) => sum + score / 2, 0),
      5,
    );
  });

  test('adjusted by the number of regressors, as long as there are samples for them', () => {
    const y: [number[][], number[][]] = [
      [[1], [4], [3], [5]],
      [[2], [4], [4], [5]],
    ];
    const plain = scored({}, y) as number;
    expect(scored({ numRegressors: 2 }, y)).toBeCloseTo(1 - (1 - plain) * 3, 6);
    expect(scored({ numRegressors: 3 }, y)).toBe(plain);
  });

  test('labels that do not vary, no labels, one axis, a reset', () => {
    expect(
      scored({}, [
        [[2], [2]],
        [[1], [2]],
      ]),
    ).toBe(0);
    expect(scored({})).toBe(0);
    const metric = new metrics.R2Score();
    metric.updateState([1, 4, 3], [2, 4, 4]);
    expect(metric.result()).toBeCloseTo(0.57142854, 6);
    metric.resetState();
    expect(metric.result()).toBe(0);
  });

  test('wrong options and shapes are refused', () => {
    expect(() => new metrics.R2Score({ classAggregation: 'mean' } as never)).toThrow('classAggregation');
    expect(() => new metrics.R2Score({ numRegressors: -1 })).toThrow('numRegressors');
    expect(() => new metrics.R2Score().updateState(tensor([[[1]]]), tensor([[[1]]]))).toThrow(
      'expected [batch, outputs]',
    );
    expect(() => new metrics.R2Score().updateState(tensor([[1, 2]]), tensor([[1]]))).toThrow('r2_score');
  });

  test('in fit by name and as an object, and in files', async () => {
    const model = sequential([layers.dense({ units: 2, inputShape: [2] })]);
    model.compile({
      optimizer: 'sgd',
      loss: 'mse',
      metrics: ['r2_score', new metrics.R2Score({ classAggregation: null, name: 'each' })],
    });
    const logs = await model.measure(labels, predictions, { batchSize: 4 });
    expect(Object.keys(logs)).toEqual(['loss', 'r2_score', 'each_0', 'each_1']);
    const outputs = (model.predict(labels) as ReturnType<typeof tensor>).arraySync() as number[][];
    const [first, second] = scores(predictions, outputs);
    expect(logs.each_1).toBeCloseTo(second, 4);
    expect(logs.r2_score).toBeCloseTo((first + second) / 2, 4);
    const loaded = await loadModel(await encodeModel(model, 'keras'));
    expect(await loaded.measure(labels, predictions, { batchSize: 4 })).toEqual(logs);
    expect(model.directionOf('r2_score')).toBe('max');
  });
});
