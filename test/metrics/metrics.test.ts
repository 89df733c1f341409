import '../../src/ops/methods.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import * as layers from '../../src/layers/index.js';
import * as metrics from '../../src/metrics/index.js';
import { getMetric } from '../../src/metrics/registry.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { uniformValues } from '../../src/tensor/random.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as functional from '../../src/tfjs/metrics.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

type Tensor3 = Parameters<typeof tensor>;

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

  /*
   * keras/src/trainers/compile_utils.py: binary for one output, sparse where labels have fewer axes or one class number
   * where there are several outputs, else categorical; whatever the loss.
   */
  test.each<[string, Tensor3, Tensor3, number]>([
    ['class numbers', [[1, 1, 2, 0], [4], 'int32'], [SCORES.flat(), [4, 3]], 0.5],
    ['class numbers with an axis of 1', [[1, 1, 2, 0], [4, 1], 'int32'], [SCORES.flat(), [4, 3]], 0.5],
    [
      'one-hot labels',
      [
        [0, 1, 0],
        [1, 3],
      ],
      [SCORES[0], [1, 3]],
      1,
    ],
    [
      'one output',
      [
        [1, 0],
        [2, 1],
      ],
      [
        [0.9, 0.8],
        [2, 1],
      ],
      0.5,
    ],
    [
      'one output, labels without its axis',
      [[1, 0], [2]],
      [
        [0.9, 0.8],
        [2, 1],
      ],
      0.5,
    ],
    // With binaryCrossentropy, and both samples wrong: categorical all the same.
    [
      'three outputs, one-hot',
      [
        [1, 0, 0, 0, 1, 0],
        [2, 3],
      ],
      [
        [0.1, 0.9, 0.2, 0.9, 0.1, 0.2],
        [2, 3],
      ],
      0,
    ],
    [
      'pixels',
      [[0, 1, 1, 0], [1, 2, 2], 'int32'],
      [
        [0.9, 0.1, 0.2, 0.8, 0.7, 0.3, 0.6, 0.4],
        [1, 2, 2, 2],
      ],
      0.75,
    ],
  ])('`accuracy` is the kind that fits the shapes: %s', (_, labels, predictions, expected) => {
    clean(() => {
      const metric = getMetric('acc');
      expect(metric.name).toBe('acc');
      expect(resultOf(metric, [[tensor(...labels), tensor(...predictions)]])).toBe(expected);
    });
  });

  test('three one-hot outputs under binaryCrossentropy, in training', async () => {
    const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [3], kernelInitializer: 'identity' })] });
    model.compile({ optimizer: optimizers.sgd(0), loss: 'binaryCrossentropy', metrics: ['accuracy', 'crossentropy'] });
    const x = tensor([
      [0.1, 0.9, 0.2],
      [0.9, 0.1, 0.2],
    ]);
    const y = tensor([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    const { history } = await model.fit(x, y, { epochs: 1 });
    expect(history.accuracy).toEqual([0]);
    // Both samples: −ln(0.1 / 1.2).
    expect(history.crossentropy[0]).toBeCloseTo(Math.log(12), 5);
    for (const each of [x, y]) each.dispose();
    model.dispose();
  });

  test('`crossentropy` is chosen in the same way', () => {
    clean(() => {
      const p = tensor([[0.25, 0.75]]);
      for (const labels of [tensor([1], [1], 'int32'), tensor([[0, 1]])]) {
        expect(resultOf(getMetric('ce'), [[labels, p]])).toBeCloseTo(-Math.log(0.75), 5);
      }
      expect(resultOf(getMetric('crossentropy'), [[tensor([[1]]), tensor([[0.25]])]])).toBeCloseTo(Math.log(4), 5);
    });
  });
});

describe('the direction that is better', () => {
  const of = (identifier: metrics.MetricIdentifier) => getMetric(identifier).direction;

  test.each([
    'accuracy',
    'acc',
    'binaryAccuracy',
    'categoricalAccuracy',
    'sparseCategoricalAccuracy',
    'topKCategoricalAccuracy',
    'auc',
    'precision',
    'recall',
    'cosineSimilarity',
  ])('up: %s', (name) => {
    expect(of(name)).toBe('max');
  });
  test.each(['mse', 'mae', 'huber', 'rmse', 'crossentropy', 'binaryCrossentropy', 'poisson', 'klDivergence'])(
    'down: %s',
    (name) => {
      expect(of(name)).toBe('min');
    },
  );
  test("tfjs's functions", () => {
    expect([functional.r2Score, functional.precision, functional.recall].map(of)).toEqual(['max', 'max', 'max']);
    expect(of(functional.binaryAccuracy)).toBe('max');
    expect(of(functional.meanAbsoluteError)).toBe('min');
  });
  test('of a custom metric is not known, unless it says', () => {
    expect(of((_, yPred) => yPred)).toBeNull();
    expect(new metrics.MeanMetric('gain', (_, yPred) => yPred, undefined, 'max').direction).toBe('max');
  });
});

describe('dtypes', () => {
  test('arrays are labels, predictions and weights', () => {
    clean(() => {
      const metric = getMetric('mae');
      metric.updateState([[0], [0]], [[1], [3]], [3, 1]);
      expect(metric.result()).toBe(1.5);
      expect(() => metric.updateState('a' as never, [[1]])).toThrow(/^mae.updateState: yTrue is/);
    });
  });

  test('predictions of integers and booleans are compared as floats', () => {
    clean(() => {
      const [labels, ints] = [tensor([[1, 0, 1]]), tensor([1, 1, 1], [1, 3], 'int32')];
      expect(resultOf(getMetric('binaryAccuracy'), [[labels, ints]])).toBeCloseTo(2 / 3, 6);
      expect(resultOf(getMetric('binaryAccuracy'), [[labels, tensor([1, 1, 1], [1, 3], 'bool')]])).toBeCloseTo(
        2 / 3,
        6,
      );
      expect(resultOf(new metrics.Precision(), [[labels, ints]])).toBeCloseTo(2 / 3, 6);
      expect(resultOf(new metrics.Precision({ thresholds: 1.5 }), [[labels, tensor([1, 2, 2], [1, 3], 'int32')]])).toBe(
        0.5,
      );
      expect(resultOf(getMetric('mae'), [[tensor([[0.5, 0.5, 0.5]]), ints]])).toBe(0.5);
    });
  });

  test('a function that gives integers is weighted by fractions', () => {
    clean(() => {
      const metric = getMetric((yTrue, yPred) => yPred.equal(yTrue).cast('int32') as Tensor);
      // Hits 1 and 0 with weights 0.25 and 0.75.
      expect(resultOf(metric, [[tensor([1, 2]), tensor([1, 1]), tensor([0.25, 0.75])]])).toBe(0.25);
    });
  });

  test('NaN is not a hit among the top k, and makes a mean NaN', () => {
    clean(() => {
      expect(resultOf(getMetric('mae'), [[tensor([[0]]), tensor([[Number.NaN]])]])).toBeNaN();
      const scores = tensor([[Number.NaN, 0.5, 0.4]]);
      expect(resultOf(getMetric('sparseTopKCategoricalAccuracy'), [[tensor([0], [1], 'int32'), scores]])).toBe(0);
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

  test('a custom function that returns a scalar', () => {
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

  test('AUC: all right, all wrong, only one class', () => {
    clean(() => {
      const auc = (labels: number[], scores: number[]) =>
        resultOf(new metrics.AUC(), [[tensor(labels, [labels.length, 1]), tensor(scores, [scores.length, 1])]]);
      expect(auc([0, 0, 1, 1], [0, 0.2, 0.8, 1])).toBeCloseTo(1, 6);
      expect(auc([1, 1, 0, 0], [0, 0.2, 0.8, 1])).toBeCloseTo(0, 6);
      expect(auc([1, 1], [0.3, 0.8])).toBe(0);
    });
  });

  // Above 0.5: 0.8, 0.9, 0.7, 0.6 are positive, 0.55 and 0.65 are not; 0.35 and 0.45 are missed.
  test('precision and recall equal counted values, with weights and another threshold', () => {
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

describe('options', () => {
  test.each<[() => unknown, string]>([
    [() => metrics.metric('accuracy', { threshold: 0.5 }), 'accuracy: there is no option threshold'],
    [() => metrics.metric('binaryAccuracy', { treshold: 0.5 } as never), "did you mean 'threshold'?"],
    [() => metrics.metric('topKCategoricalAccuracy', { k: 0 }), 'k is 0, expected an integer ≥ 1'],
    [() => metrics.metric('huber', { delta: -1 }), 'huber: delta is -1'],
    [() => metrics.metric('mse', { delta: 1 }), 'meanSquaredError: there is no option delta'],
    [() => metrics.metric('mse', { reduction: 'sum' } as never), 'meanSquaredError: there is no option reduction'],
    [() => new metrics.AUC(3 as never), 'auc: options are 3'],
    [() => new metrics.MeanMetric(undefined as never, () => tensor([0])), 'MeanMetric: name is undefined'],
  ])('%#', (call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
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
