import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { BinaryIoU, IoU, MeanIoU, type Metric, OneHotIoU, OneHotMeanIoU } from '../../src/metrics/index.js';
import { tensor } from '../../src/ops/creation.js';
import { uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import { startBackend } from '../support/backends.js';

/* Values of the docstrings of keras/src/metrics/iou_metrics.py, and of sets of places in float64. */

beforeAll(async () => void (await startBackend('cpu')));

type Batch = Parameters<Metric['updateState']>;

function scored(metric: Metric, ...batches: Batch[]) {
  const before = memory().numTensors;
  for (const batch of batches) metric.updateState(...batch);
  expect(memory().numTensors).toBe(before);
  return metric.result();
}

const ONE_HOT = [
  [0, 0, 1],
  [1, 0, 0],
  [0, 1, 0],
  [1, 0, 0],
];
const SOFT = [
  [0.2, 0.3, 0.5],
  [0.1, 0.2, 0.7],
  [0.5, 0.3, 0.1],
  [0.1, 0.4, 0.5],
];
const WEIGHTS = [0.1, 0.2, 0.3, 0.4];

test.each<[string, Metric, Batch, number]>([
  [
    'IoU',
    new IoU({ numClasses: 2, targetClassIds: [0] }),
    [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ],
    1 / 3,
  ],
  [
    'IoU, weighted',
    new IoU({ numClasses: 2, targetClassIds: [0] }),
    [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
      [0.3, 0.3, 0.3, 0.1],
    ],
    1 / 3,
  ],
  [
    'BinaryIoU',
    new BinaryIoU({ threshold: 0.3 }),
    [
      [0, 1, 0, 1],
      [0.1, 0.2, 0.4, 0.7],
    ],
    1 / 3,
  ],
  [
    'BinaryIoU, weighted',
    new BinaryIoU({ threshold: 0.3 }),
    [
      [0, 1, 0, 1],
      [0.1, 0.2, 0.4, 0.7],
      [0.2, 0.3, 0.4, 0.1],
    ],
    0.17361112,
  ],
  [
    'MeanIoU',
    new MeanIoU({ numClasses: 2 }),
    [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
    ],
    1 / 3,
  ],
  [
    'MeanIoU, weighted',
    new MeanIoU({ numClasses: 2 }),
    [
      [0, 0, 1, 1],
      [0, 1, 0, 1],
      [0.3, 0.3, 0.3, 0.1],
    ],
    0.23809525,
  ],
  ['OneHotIoU', new OneHotIoU({ numClasses: 3, targetClassIds: [0, 2] }), [ONE_HOT, SOFT, WEIGHTS], 1 / 14],
  ['OneHotMeanIoU', new OneHotMeanIoU({ numClasses: 3 }), [ONE_HOT, SOFT, WEIGHTS], 1 / 21],
])('%s of Keras’s docstring', (_, metric, batch, expected) => {
  expect(scored(metric, batch)).toBeCloseTo(expected, 6);
  metric.resetState();
  expect(metric.result()).toBe(0);
});

/** Mean over classes of |both| / |either|, by sets of places. */
function bySets(labels: number[], predictions: number[], classes: number, ignored?: number): number {
  const places = labels.flatMap((label, i) => (label === ignored ? [] : [i]));
  const scores = Array.from({ length: classes }, (_, id) => {
    const both = places.filter((i) => labels[i] === id && predictions[i] === id).length;
    const either = places.filter((i) => labels[i] === id || predictions[i] === id).length;
    return either === 0 ? null : both / either;
  }).filter((score) => score !== null);
  return scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

describe('maps of classes', () => {
  const draw = (count: number, seed: number) => [...uniformValues(count, seed)].map((value) => Math.floor(value * 4));
  const labels = draw(2 * 5 * 6, 1).map((label, i) => (i % 7 === 0 ? 255 : label));
  const predictions = draw(2 * 5 * 6, 2);
  const oneHot = predictions.flatMap((id) => Array.from({ length: 5 }, (_, i) => (i === id ? 0.6 : 0.1)));
  const map = (values: number[]) => tensor(values, [2, 5, 6], 'int32');

  test('values for each class, an ignored class, a class that does not occur, two batches', () => {
    const metric = new MeanIoU({ numClasses: 5, sparseYPred: false, ignoreClass: 255 });
    metric.updateState(map(labels), tensor(oneHot, [2, 5, 6, 5]));
    expect(metric.result()).toBeCloseTo(bySets(labels, predictions, 5, 255), 12);
    metric.updateState(map(predictions), tensor(oneHot, [2, 5, 6, 5]));
    const both = [...labels, ...predictions];
    expect(metric.result()).toBeCloseTo(bySets(both, [...predictions, ...predictions], 5, 255), 12);
  });

  test('weights of samples and of pixels, a last axis of 1', () => {
    const known = labels.map((label) => label % 4);
    const weights = known.map((_, i) => (i < 30 ? 0 : 1));
    const expected = bySets(known.slice(30), predictions.slice(30), 4);
    const of = (weights: Parameters<Metric['updateState']>[2]) =>
      scored(new MeanIoU({ numClasses: 4 }), [tensor(known, [2, 5, 6, 1]), map(predictions), weights]);
    expect(of([0, 1])).toBeCloseTo(expected, 12);
    expect(of(tensor(weights, [2, 5, 6]))).toBeCloseTo(expected, 12);
  });

  test('refusals', () => {
    const metric = new MeanIoU({ numClasses: 3 });
    expect(() => metric.updateState([0, 3, 255], [0, 1, 1])).toThrow(
      '2 labels or predictions are no class, expected 0 to 2',
    );
    expect(() => metric.updateState([0, 1], [0, 1, 1])).toThrow(ShapeError);
    expect(() => new IoU({ numClasses: 2, targetClassIds: [2] })).toThrow(ValueError);
    expect(metric.result()).toBe(0);
  });
});
