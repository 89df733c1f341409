import '../../src/metrics/catalog.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import * as metrics from '../../src/metrics/index.js';
import { tensor } from '../../src/ops/creation.js';
import { uniformValues } from '../../src/tensor/random.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { startBackend } from '../support/backends.js';

/* Values of the docstrings of keras/src/metrics, and of the definitions in float64. */

beforeAll(async () => void (await startBackend('cpu')));

type Batch = Parameters<metrics.Metric['updateState']>;

function scored(metric: metrics.Metric, ...batches: Batch[]) {
  const before = memory().numTensors;
  for (const batch of batches) metric.updateState(...batch);
  expect(memory().numTensors).toBe(before);
  return metric.result();
}

function expectNear(given: number | readonly number[], expected: number | readonly number[], digits = 6): void {
  const [a, b] = [given, expected].map((each) => [each].flat() as number[]);
  expect(a).toHaveLength(b.length);
  for (const [i, value] of a.entries()) expect(value).toBeCloseTo(b[i], digits);
}

const LABELS = [
  [1, 1, 1],
  [1, 0, 0],
  [1, 1, 0],
];
const OUTPUTS = [
  [0.2, 0.6, 0.7],
  [0.2, 0.6, 0.6],
  [0.6, 0.8, 0],
];

describe('F scores', () => {
  test('Keras’s docstrings', () => {
    expectNear(
      scored(new metrics.FBetaScore({ beta: 2, threshold: 0.5 }), [LABELS, OUTPUTS]),
      [0.3846154, 0.90909094, 0.8333334],
    );
    expectNear(scored(new metrics.F1Score({ threshold: 0.5 }), [LABELS, OUTPUTS]), [0.5, 0.8, 2 / 3]);
  });

  const labels = Array.from({ length: 12 }, (_, i) => [0, 1, 2].map((id) => (id === (i * i) % 3 ? 1 : 0)));
  const outputs = labels.map((_, i) => [...uniformValues(3, 40 + i)]);
  const weights = labels.map((_, i) => 1 + (i % 2));
  /** By class: weights of true positives, of predicted samples, and of true samples. */
  const counts = [0, 1, 2].map((id) => {
    const weigh = (test: (i: number) => boolean) => weights.reduce((sum, w, i) => sum + (test(i) ? w : 0), 0);
    const found = (i: number) => outputs[i].indexOf(Math.max(...outputs[i])) === id;
    const there = (i: number) => labels[i][id] === 1;
    return [weigh((i) => found(i) && there(i)), weigh(found), weigh(there)];
  });
  const f = ([hit, found, there]: number[], beta: number) => ((1 + beta ** 2) * hit) / (beta ** 2 * there + found);

  test.each([1, 0.5])('averages, beta %s, in two batches', (beta) => {
    const of = (average: 'micro' | 'macro' | 'weighted' | null) => {
      const metric = new metrics.FBetaScore({ beta, average });
      return scored(
        metric,
        [labels.slice(0, 5), outputs.slice(0, 5), weights.slice(0, 5)],
        [labels.slice(5), outputs.slice(5), weights.slice(5)],
      );
    };
    const each = counts.map((count) => f(count, beta));
    const positives = counts.reduce((sum, count) => sum + count[2], 0);
    expectNear(of(null), each, 6);
    expectNear(of('macro'), (each[0] + each[1] + each[2]) / 3);
    expectNear(of('weighted'), each.reduce((sum, score, i) => sum + score * counts[i][2], 0) / positives);
    expectNear(
      of('micro'),
      f(
        [0, 1, 2].map((i) => counts.reduce((sum, count) => sum + count[i], 0)),
        beta,
      ),
    );
  });

  test('none of all zeros is the largest; refusals', () => {
    expectNear(scored(new metrics.F1Score({ average: 'micro' }), [[[1, 0]], [[0, 0]]]), 0);
    expect(() => new metrics.F1Score().updateState([1, 0], [0.3, 0.4])).toThrow(ShapeError);
    expect(() => new metrics.F1Score({ threshold: 0 })).toThrow(ValueError);
    expect(() => new metrics.F1Score({ beta: 2 } as never)).toThrow('beta');
  });
});

describe('counts', () => {
  const batch: Batch = [
    [0, 1, 1, 1, 0],
    [0.9, 0.8, 0.4, 0.6, 0.1],
    [1, 2, 3, 4, 5],
  ];

  test('one threshold, weighted', () => {
    expect(scored(new metrics.TruePositives(), batch)).toBe(6);
    expect(scored(new metrics.FalsePositives(), batch)).toBe(1);
    expect(scored(new metrics.TrueNegatives(), batch)).toBe(5);
    expect(scored(new metrics.FalseNegatives(), batch)).toBe(3);
  });

  test('several thresholds and their names in logs', () => {
    const metric = new metrics.FalseNegatives({ thresholds: [0.3, 0.7], name: 'missed' });
    expect(scored(metric, [batch[0], batch[1]])).toEqual([0, 2]);
    expect(metric.logNames('missed')).toEqual(['missed_0.3', 'missed_0.7']);
    expect(() => new metrics.TruePositives({ thresholds: 2 })).toThrow('thresholds is 2');
  });
});

describe('the best at a constraint', () => {
  test('Keras’s docstrings', () => {
    const outputs = [0, 0.3, 0.8, 0.3, 0.8];
    expectNear(scored(new metrics.PrecisionAtRecall({ recall: 0.5 }), [[0, 0, 0, 1, 1], outputs]), 0.5);
    expectNear(
      scored(new metrics.RecallAtPrecision({ precision: 0.8 }), [
        [0, 0, 1, 1],
        [0, 0.5, 0.3, 0.9],
      ]),
      0.5,
    );
    expectNear(
      scored(new metrics.RecallAtPrecision({ precision: 0.8 }), [
        [0, 0, 1, 1],
        [0, 0.5, 0.3, 0.9],
        [1, 0, 0, 1],
      ]),
      1,
    );
    const halves: [number[], number[]] = [
      [0, 0, 0, 1, 1],
      [0, 0.3, 0.8, 0.3, 0.8],
    ];
    expectNear(scored(new metrics.SensitivityAtSpecificity({ specificity: 0.5 }), halves), 0.5);
    expectNear(scored(new metrics.SensitivityAtSpecificity({ specificity: 0.5 }), [...halves, [1, 1, 2, 2, 1]]), 1 / 3);
    expectNear(scored(new metrics.SpecificityAtSensitivity({ sensitivity: 0.5 }), halves), 2 / 3);
    expectNear(scored(new metrics.SpecificityAtSensitivity({ sensitivity: 0.5 }), [...halves, [1, 1, 2, 2, 2]]), 0.5);
  });

  const labels = [...uniformValues(60, 3)].map((value) => (value > 0.6 ? 1 : 0));
  const outputs = [...uniformValues(60, 4)].map((value, i) => (value + labels[i]) / 2);
  const thresholds = Array.from({ length: 11 }, (_, i) => i / 10);
  const at = (threshold: number) => {
    const count = (label: number, above: boolean) =>
      labels.filter((each, i) => each === label && outputs[i] > threshold === above).length;
    const [tp, fp, fn, tn] = [count(1, true), count(0, true), count(1, false), count(0, false)];
    return { precision: tp + fp > 0 ? tp / (tp + fp) : 0, recall: tp / (tp + fn), specificity: tn / (tn + fp) };
  };

  test('by enumeration, in two batches', () => {
    const points = thresholds.map(at);
    const best = (what: 'precision' | 'recall' | 'specificity', by: typeof what, least: number) =>
      Math.max(0, ...points.filter((point) => point[by] >= least).map((point) => point[what]));
    const batches: Batch[] = [
      [labels.slice(0, 20), outputs.slice(0, 20)],
      [labels.slice(20), outputs.slice(20)],
    ];
    const options = { numThresholds: 11 };
    expectNear(
      scored(new metrics.PrecisionAtRecall({ ...options, recall: 0.7 }), ...batches),
      best('precision', 'recall', 0.7),
      12,
    );
    expectNear(
      scored(new metrics.RecallAtPrecision({ ...options, precision: 0.8 }), ...batches),
      best('recall', 'precision', 0.8),
      12,
    );
    expectNear(
      scored(new metrics.SensitivityAtSpecificity({ ...options, specificity: 0.75 }), ...batches),
      best('recall', 'specificity', 0.75),
      12,
    );
    expectNear(
      scored(new metrics.SpecificityAtSensitivity({ ...options, sensitivity: 0.6 }), ...batches),
      best('specificity', 'recall', 0.6),
      12,
    );
  });

  test('one class of several, what cannot be, and refusals', () => {
    const both = labels.map((label) => [0, label]);
    const wide = outputs.map((value) => [1, value]);
    const one = scored(new metrics.PrecisionAtRecall({ recall: 0.7, classId: 1 }), [both, wide]);
    expect(one).toBe(scored(new metrics.PrecisionAtRecall({ recall: 0.7 }), [labels, outputs]));
    expect(scored(new metrics.RecallAtPrecision({ precision: 1 }), [[0], [0.5]])).toBe(0);
    expect(() => new metrics.PrecisionAtRecall({ recall: 1.2 })).toThrow('recall is 1.2');
    expect(() => new metrics.PrecisionAtRecall({} as never)).toThrow('recall');
    expect(() => scored(new metrics.PrecisionAtRecall({ recall: 0.5, classId: 2 }), [both, wide])).toThrow(ShapeError);
  });
});

describe('correlations', () => {
  const y = [
    [0, 1, 0.5],
    [1, 1, 0.2],
  ];
  const p = [
    [0.1, 0.9, 0.5],
    [1, 0.9, 0.2],
  ];
  const values = (f: typeof metrics.pearsonCorrelation, axis?: number) =>
    tidy(() => [...f(tensor(y, undefined, 'float64'), tensor(p, undefined, 'float64'), axis).dataSync()]);

  test('Keras’s docstrings', () => {
    expectNear(values(metrics.pearsonCorrelation), [1, 0.99339927], 5);
    expectNear(values(metrics.concordanceCorrelation), [0.97560976, 0.98765432], 5);
    expectNear(scored(metrics.metric('PearsonCorrelation'), [y, p]), 0.9966996338993913, 5);
    expectNear(scored(metrics.metric('concordance_correlation', { axis: -1 }), [y, p]), 0.9816320385426076, 5);
  });

  test('another axis', () => {
    expectNear(values(metrics.pearsonCorrelation, 0), [1, 0, 1], 5);
  });
});

test('sums and means of values', () => {
  const sum = new metrics.Sum();
  const mean = new metrics.Mean({ name: 'average' });
  for (const metric of [sum, mean]) metric.updateState([1, 3, 5, 7]);
  expect([sum.result(), mean.result()]).toEqual([16, 4]);
  for (const metric of [sum, mean]) {
    metric.resetState();
    expect(metric.result()).toBe(0);
    metric.updateState([1, 3, 5, 7], [1, 1, 0, 0]);
  }
  expect([sum.result(), mean.result(), mean.name]).toEqual([4, 2, 'average']);
});

test('by name, in any spelling, with options', () => {
  expect(metrics.metric('f1_score')).toBeInstanceOf(metrics.F1Score);
  expect(metrics.metric('MeanIoU', { numClasses: 3, name: 'overlap' }).getConfig()).toMatchObject({
    numClasses: 3,
    name: 'overlap',
  });
  expect(metrics.metric('sensitivityAtSpecificity', { specificity: 0.5 }).direction).toBe('max');
  expect(metrics.metric('true_positives').name).toBe('true_positives');
});
