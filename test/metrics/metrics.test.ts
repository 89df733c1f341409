import '../../src/ops/methods.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import * as metrics from '../../src/metrics/index.js';
import { getMetric } from '../../src/metrics/registry.js';
import { tensor } from '../../src/ops/creation.js';
import { uniformValues } from '../../src/tensor/random.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as functional from '../../src/tfjs/metrics.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

/** The metric after some batches. */
function resultOf<M extends metrics.Metric>(
  metric: M,
  batches: [yTrue: Tensor, yPred: Tensor, weights?: Tensor][],
): ReturnType<M['result']> {
  for (const batch of batches) metric.updateState(...batch);
  return metric.result() as ReturnType<M['result']>;
}

function clean(f: () => void): void {
  const before = memory();
  tidy(f);
  expect(memory()).toEqual(before);
}

const SCORES = [
  [0.1, 0.7, 0.2],
  [0.5, 0.2, 0.3],
  [0.2, 0.3, 0.5],
  [0.3, 0.4, 0.3],
];

describe('accuracies', () => {
  test.each<[string, () => Tensor, number[]]>([
    ['binary', () => metrics.binaryAccuracy(tensor([[1, 0, 1]]), tensor([[0.6, 0.5, 0.2]])), [2 / 3]],
    [
      'binary, threshold 0.1',
      () => metrics.binaryAccuracy(tensor([[1, 0, 1]]), tensor([[0.6, 0.5, 0.2]]), 0.1),
      [2 / 3],
    ],
    [
      'sparse',
      () => metrics.sparseCategoricalAccuracy(tensor([1, 1, 2, 0], [4], 'int32'), tensor(SCORES)),
      [1, 0, 1, 0],
    ],
    [
      'sparse, float labels [n, 1]',
      () => metrics.sparseCategoricalAccuracy(tensor([[1], [1], [2], [0]]), tensor(SCORES)),
      [1, 0, 1, 0],
    ],
    [
      'categorical',
      () =>
        metrics.categoricalAccuracy(
          tensor([
            [0, 1, 0],
            [0, 1, 0],
            [0, 0, 1],
            [1, 0, 0],
          ]),
          tensor(SCORES),
        ),
      [1, 0, 1, 0],
    ],
    [
      'top 2',
      () =>
        metrics.topKCategoricalAccuracy(
          tensor([
            [1, 0, 0],
            [0, 0, 1],
            [0, 1, 0],
            [1, 0, 0],
          ]),
          tensor(SCORES),
          2,
        ),
      [0, 1, 1, 1],
    ],
    [
      'sparse top 2',
      () => metrics.sparseTopKCategoricalAccuracy(tensor([0, 2, 1, 0], [4], 'int32'), tensor(SCORES), 2),
      [0, 1, 1, 1],
    ],
  ])('%s', (_, accuracy, expected) => {
    clean(() => {
      for (const [index, value] of accuracy().dataSync().entries()) expect(value).toBeCloseTo(expected[index], 6);
    });
  });

  test('`accuracy` is the kind that fits loss and output, under the name that the user wrote', () => {
    clean(() => {
      const acc = getMetric('acc');
      expect(acc.name).toBe('acc');
      expect(resultOf(acc, [[tensor([1, 1, 2, 0], [4], 'int32'), tensor(SCORES)]])).toBe(0.5);
      const categorical = getMetric('accuracy');
      expect(resultOf(categorical, [[tensor([[0, 1, 0]]), tensor([SCORES[0]])]])).toBe(1);
      const binary = getMetric('accuracy');
      expect(resultOf(binary, [[tensor([[1], [0]]), tensor([[0.9], [0.8]])]])).toBe(0.5);
    });
  });
});

describe('means over batches', () => {
  test('batches of unlike sizes count by their samples', () => {
    clean(() => {
      const mae = getMetric('mae');
      const batches: [Tensor, Tensor][] = [
        [tensor([[0], [0], [0]]), tensor([[1], [2], [3]])],
        [tensor([[0]]), tensor([[10]])],
      ];
      expect(resultOf(mae, batches)).toBe(4);
      mae.resetState();
      expect(mae.result()).toBe(0);
    });
  });

  test('weights', () => {
    clean(() => {
      const mse = getMetric('mse');
      expect(resultOf(mse, [[tensor([[0], [0]]), tensor([[1], [3]]), tensor([3, 1])]])).toBe(3);
    });
  });

  test('root mean squared error, cosine similarity and a loss by name', () => {
    clean(() => {
      const rmse = getMetric('root_mean_squared_error');
      expect(resultOf(rmse, [[tensor([[0], [0]]), tensor([[3], [4]])]])).toBeCloseTo(Math.sqrt(12.5), 5);
      const cosine = getMetric('cosine_similarity');
      expect(resultOf(cosine, [[tensor([[1, 0]]), tensor([[1, 1]])]])).toBeCloseTo(Math.SQRT1_2, 6);
      const crossentropy = getMetric('crossentropy');
      expect(resultOf(crossentropy, [[tensor([[1, 0]]), tensor([[0.25, 0.75]])]])).toBeCloseTo(Math.log(4), 5);
    });
  });

  test('a function of your own, giving a scalar', () => {
    clean(() => {
      const metric = getMetric((_, yPred) => yPred.max());
      expect(
        resultOf(metric, [
          [tensor([[0]]), tensor([[4]])],
          [tensor([[0]]), tensor([[6]])],
        ]),
      ).toBe(5);
    });
  });
});

const LABELS = [0, 0, 1, 1, 0, 1, 0, 1, 1, 0, 1, 0];
const PREDICTED = [0.1, 0.4, 0.35, 0.8, 0.2, 0.9, 0.55, 0.7, 0.6, 0.3, 0.45, 0.65];

/** The area under the ROC curve by ranks: how often a positive sample is placed above a negative one. */
function areaByRanks(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  let above = 0;
  let pairs = 0;
  for (let i = 0; i < labels.length; i++) {
    for (let j = 0; j < labels.length; j++) {
      if (!(labels[i] === 1 && labels[j] === 0)) continue;
      pairs++;
      above += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
    }
  }
  return above / pairs;
}

describe('AUC, precision, recall', () => {
  // numpy: rank = s.argsort().argsort() + 1; (rank[y == 1].sum() - n1 * (n1 + 1) / 2) / (n1 * n0) gives 0.8333333333
  test('AUC of twelve samples, in one batch and in three', () => {
    clean(() => {
      const auc = new metrics.AUC();
      expect(resultOf(auc, [[tensor(LABELS, [12, 1]), tensor(PREDICTED, [12, 1])]])).toBeCloseTo(0.8333333333, 6);
      expect(areaByRanks(LABELS, PREDICTED)).toBeCloseTo(0.8333333333, 9);
      auc.resetState();
      const batch = (start: number): [Tensor, Tensor] => [
        tensor(LABELS.slice(start, start + 4), [4, 1]),
        tensor(PREDICTED.slice(start, start + 4), [4, 1]),
      ];
      expect(resultOf(auc, [batch(0), batch(4), batch(8)])).toBeCloseTo(0.8333333333, 6);
    });
  });

  test('AUC of 20,000 samples, more than are compared at once, is that of the ranks', () => {
    clean(() => {
      const scores = uniformValues(20_000, 1);
      const labels = uniformValues(20_000, 2).map((value, i) => (value < scores[i] ** 2 ? 1 : 0));
      const auc = resultOf(new metrics.AUC(), [
        [tensor(labels, [20_000, 1], 'float32'), tensor(scores, [20_000, 1], 'float32')],
      ]);
      const some = [labels, scores].map((values) => values.subarray(0, 2000));
      expect(auc).toBeCloseTo(areaByRanks(some[0], some[1]), 1);
      expect(auc).toBeGreaterThan(0.8);
    });
  });

  test('AUC: all right, all wrong, one class alone', () => {
    clean(() => {
      const auc = (labels: number[], scores: number[]) =>
        resultOf(new metrics.AUC(), [[tensor(labels, [labels.length, 1]), tensor(scores, [scores.length, 1])]]);
      expect(auc([0, 0, 1, 1], [0, 0.2, 0.8, 1])).toBeCloseTo(1, 6);
      expect(auc([1, 1, 0, 0], [0, 0.2, 0.8, 1])).toBeCloseTo(0, 6);
      expect(auc([1, 1], [0.3, 0.8])).toBe(0);
    });
  });

  // Above 0.5: 0.8, 0.9, 0.7, 0.6 are positive, 0.55 and 0.65 are not; 0.35 and 0.45 are missed.
  test('precision and recall by hand, with weights and another threshold', () => {
    clean(() => {
      const batch: [Tensor, Tensor] = [tensor(LABELS, [12, 1]), tensor(PREDICTED, [12, 1])];
      expect(resultOf(new metrics.Precision(), [batch])).toBeCloseTo(4 / 6, 6);
      expect(resultOf(new metrics.Recall(), [batch])).toBeCloseTo(4 / 6, 6);
      expect(resultOf(new metrics.Precision({ thresholds: 0.66 }), [batch])).toBe(1);
      expect(resultOf(new metrics.Recall({ thresholds: 0.66 }), [batch])).toBeCloseTo(3 / 6, 6);
      const weights = tensor(LABELS.map((label) => (label ? 1 : 3)));
      expect(resultOf(new metrics.Precision(), [[...batch, weights]])).toBeCloseTo(4 / 10, 6);
      expect(resultOf(new metrics.Precision({ thresholds: 2 }), [batch])).toBe(0);
    });
  });

  test("tfjs's functions", () => {
    clean(() => {
      const [yTrue, yPred] = [
        tensor([
          [0, 1, 0],
          [1, 1, 1],
        ]),
        tensor([
          [0, 1, 1],
          [1, 0, 0],
        ]),
      ];
      expect(functional.precision(yTrue, yPred).dataSync()[0]).toBeCloseTo(2 / 3, 6);
      expect(functional.recall(yTrue, yPred).dataSync()[0]).toBeCloseTo(2 / 4, 6);
      expect(functional.recall(tensor([[0]]), tensor([[1]])).dataSync()[0]).toBe(0);
      expect([...functional.MSE(yTrue, yPred).dataSync()]).toEqual([...functional.mse(yTrue, yPred).dataSync()]);
      expect([...functional.cosineProximity(tensor([[1, 0]]), tensor([[2, 0]])).dataSync()]).toEqual([-1]);
      // sklearn.metrics.r2_score([3, -0.5, 2, 7], [2.5, 0, 2, 8]) gives 0.9486081370
      const r2 = functional.r2Score(tensor([[3], [-0.5], [2], [7]]), tensor([[2.5], [0], [2], [8]]));
      expect(r2.dataSync()[0]).toBeCloseTo(0.948608137, 6);
      expect(() => functional.r2Score(tensor([[1]]), tensor([[1, 2]]))).toThrow('r2Score: yTrue is [1,1]');
      expect(functional.mape(tensor([[2]]), tensor([[3]])).dataSync()[0]).toBeCloseTo(50, 5);
    });
  });
});

describe('wrong arguments', () => {
  test.each<[() => unknown, new (message?: string) => Error, string]>([
    [() => getMetric('acuracy'), ValueError, "metric is 'acuracy'"],
    [() => getMetric(4 as never), ValueError, 'metric: given 4'],
    [() => new metrics.AUC({ numThresholds: 1 }), ValueError, 'auc: numThresholds is 1'],
    [() => metrics.registerMetric('Acc', () => tensor([0])), ValueError, 'the name Acc is taken'],
    [
      () => new metrics.Recall().updateState(tensor([[1, 0]]), tensor([[1]])),
      ShapeError,
      'recall: yTrue is [1,2], expected [1,1]',
    ],
    [
      () => metrics.sparseCategoricalAccuracy(tensor([[1, 0]]), tensor([[1, 2]])),
      ShapeError,
      'yTrue is [1,2], expected [1]',
    ],
  ])('%#', (call, error, message) => {
    clean(() => {
      expect(call).toThrow(error);
      expect(call).toThrow(message);
    });
  });
});
