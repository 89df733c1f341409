import '../../src/ops/methods.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/autograd/check.js';
import { grad } from '../../src/autograd/gradients.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { checkLabels } from '../../src/losses/check-labels.js';
import * as losses from '../../src/losses/index.js';
import { getLoss, lossName } from '../../src/losses/registry.js';
import { sigmoid } from '../../src/ops/activations.js';
import { tensor } from '../../src/ops/creation.js';
import { softmax } from '../../src/ops/softmax.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as weighted from '../../src/tfjs/weighted-losses.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

const wide = (values: number[][]): Tensor => tensor(values, undefined, 'float64');
const classes = (values: number[]): Tensor => tensor(values, undefined, 'int32');

function expectLosses(f: () => Tensor, expected: number[], digits = 8): void {
  const before = memory();
  const values = tidy(() => [...f().dataSync()]);
  expect(values).toHaveLength(expected.length);
  for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index], digits);
  expect(memory()).toEqual(before);
}

const LOGITS = [
  [1.5, -0.5, 0.25],
  [-2, 3, 0.5],
  [0.1, 0.2, -0.3],
];
const ONE_HOT = [
  [1, 0, 0],
  [0, 1, 0],
  [0, 0, 1],
];

/*
 * Expected numbers of this block: PyTorch 1.13 in float64, as
 * import torch.nn.functional as F; F.cross_entropy(logits, cls, reduction='none')
 */
describe('cross-entropies equal PyTorch', () => {
  const expected = [0.3519518638, 0.0850972464, 1.4208276556];

  test('categorical, from logits and from probabilities', () => {
    expectLosses(() => losses.categoricalCrossentropy(wide(ONE_HOT), wide(LOGITS), { fromLogits: true }), expected);
    expectLosses(() => losses.categoricalCrossentropy(wide(ONE_HOT), softmax(wide(LOGITS))), expected, 6);
  });

  test('sparse, for labels [n] and [n, 1]', () => {
    const probabilities = () => softmax(wide(LOGITS));
    expectLosses(() => losses.sparseCategoricalCrossentropy(classes([0, 1, 2]), probabilities()), expected, 6);
    expectLosses(
      () =>
        losses.sparseCategoricalCrossentropy(tensor([0, 1, 2], [3, 1], 'int32'), wide(LOGITS), { fromLogits: true }),
      expected,
    );
  });

  // F.cross_entropy(logits, cls, reduction='none', label_smoothing=0.1)
  test('label smoothing', () => {
    expectLosses(
      () => losses.categoricalCrossentropy(wide(ONE_HOT), wide(LOGITS), { fromLogits: true, labelSmoothing: 0.1 }),
      [0.4602851971, 0.3350972464, 1.3908276556],
    );
  });

  // F.binary_cross_entropy_with_logits(x, z, reduction='none').mean(-1)
  test('binary', () => {
    const labels = [
      [1, 0, 1],
      [0, 0, 1],
    ];
    const logits = [
      [0.3, -1.2, 2],
      [-4, 30, -30],
    ];
    expectLosses(
      () => losses.binaryCrossentropy(wide(labels), wide(logits), { fromLogits: true }),
      [0.3148552409, 20.006049976],
    );
    expectLosses(
      () => losses.binaryCrossentropy(wide(labels.slice(0, 1)), sigmoid(wide(logits.slice(0, 1)))),
      [0.3148552409],
    );
  });

  test('probabilities of 0 and 1 are held at 1e-7, so that the loss is finite', () => {
    expectLosses(() => losses.binaryCrossentropy(wide([[1, 0]]), wide([[0, 0]])), [-Math.log(1e-7) / 2], 6);
    expectLosses(() => losses.categoricalCrossentropy(wide([[1, 0]]), wide([[0, 1]])), [-Math.log(1e-7)]);
  });

  test('probabilities that do not sum to one are brought back to it', () => {
    expectLosses(() => losses.categoricalCrossentropy(wide([[1, 0]]), wide([[2, 6]])), [Math.log(4)]);
  });
});

const A = [
  [0.5, 2, -1.5],
  [1, 0.25, 3],
];
const B = [
  [0, 2.5, 1],
  [1.5, -0.75, 2],
];
const P = [
  [0.2, 0.5, 0.3],
  [0.1, 0.1, 0.8],
];
const Q = [
  [0.3, 0.3, 0.4],
  [0.25, 0.5, 0.25],
];
const SIGNS = [
  [1, -1, 1],
  [-1, 1, -1],
];
const absolute = (rows: number[][]) => rows.map((row) => row.map(Math.abs));

/* Expected: PyTorch 1.13 in float64; the line is quoted at each. */
const VALUES: readonly [string, losses.LossFunction, number[][], number[][], number[]][] = [
  // F.mse_loss(b, a, reduction='none').mean(-1)
  ['mean squared error', losses.meanSquaredError, A, B, [2.25, 0.75]],
  // F.l1_loss(b, a, reduction='none').mean(-1)
  ['mean absolute error', losses.meanAbsoluteError, A, B, [1.1666666667, 0.8333333333]],
  // (100 * ((a - b) / a).abs()).mean(-1)
  ['mean absolute percentage error', losses.meanAbsolutePercentageError, A, B, [97.2222222222, 161.1111111111]],
  // (((1 + a.abs()).log() - (1 + b.abs()).log()) ** 2).mean(-1)
  [
    'mean squared logarithmic error',
    losses.meanSquaredLogarithmicError,
    absolute(A),
    absolute(B),
    [0.0793191435, 0.0819225284],
  ],
  // F.huber_loss(b, a, reduction='none', delta=1.0).mean(-1)
  ['huber', losses.huber, A, B, [0.75, 0.375]],
  // F.huber_loss(b, a, reduction='none', delta=0.5).mean(-1)
  ['huber, delta 0.5', (y, p) => losses.huber(y, p, { delta: 0.5 }), A, B, [0.4583333333, 0.2916666667]],
  // torch.log(torch.cosh(b - a)).mean(-1)
  ['log cosh', losses.logCosh, A, B, [0.6845990606, 0.3292253893]],
  // -F.cosine_similarity(a, b, -1)
  ['cosine similarity', losses.cosineSimilarity, A, B, [-0.5098499285, -0.8832012494]],
  // F.kl_div(q.log(), p, reduction='none').sum(-1)
  ['Kullback–Leibler divergence', losses.klDivergence, P, Q, [0.0880151685, 0.6779477834]],
  // F.poisson_nll_loss(q, p, log_input=False, eps=1e-7, reduction='none').mean(-1)
  ['poisson', losses.poisson, P, Q, [0.7058892914, 0.772326421]],
  // torch.clamp(1 - s * b, min=0).mean(-1), and squared
  ['hinge', losses.hinge, SIGNS, B, [1.5, 2.4166666667]],
  ['squared hinge', losses.squaredHinge, SIGNS, B, [4.4166666667, 6.1041666667]],
  [
    'hinge, labels 0 and 1',
    losses.hinge,
    SIGNS.map((row) => row.map((sign) => (sign + 1) / 2)),
    B,
    [1.5, 2.4166666667],
  ],
];

describe('other losses equal PyTorch', () => {
  test.each(VALUES)('%s', (_, loss, yTrue, yPred, expected) => {
    expectLosses(() => loss(wide(yTrue), wide(yPred)), expected, 7);
  });

  // Keras multiplies labels and scores before the maximum, so that the right class counts as 0.
  test('categorical hinge equals its formula', () => {
    expectLosses(() => losses.categoricalHinge(wide(ONE_HOT), wide(LOGITS)), [0, 0, 1.5]);
    expectLosses(() => losses.categoricalHinge(wide([[1, 0]]), wide([[2, -3]])), [0]);
  });

  test('log cosh does not overflow', () => {
    expectLosses(() => losses.logCosh(wide([[0]]), wide([[5000]])), [5000 - Math.LN2], 6);
  });
});

describe('gradients of losses, in float64', () => {
  const smooth: readonly [string, losses.LossFunction, number[][]][] = [
    ['categoricalCrossentropy', losses.categoricalCrossentropy, P],
    ['binaryCrossentropy', losses.binaryCrossentropy, P],
    ['klDivergence', losses.klDivergence, P],
    ['poisson', losses.poisson, P],
    ['logCosh', losses.logCosh, A],
    ['huber', losses.huber, A],
    ['cosineSimilarity', losses.cosineSimilarity, A],
    ['meanSquaredLogarithmicError', losses.meanSquaredLogarithmicError, P],
  ];
  test.each(smooth)('%s', async (_, loss, yTrue) => {
    const labels = wide(yTrue);
    const inputs = wide(Q);
    await checkGradients((x: Tensor) => loss(labels, x), [inputs]);
    labels.dispose();
    inputs.dispose();
  });

  test('cosineSimilarity has one where a vector is zero', () => {
    tidy(() => {
      const ofPrediction = grad((x) => losses.cosineSimilarity(wide([[3, 4]]), x as Tensor))(wide([[0, 0]]));
      const slopes = [...ofPrediction.dataSync()].map((slope) => slope * 1e-7);
      expect(slopes[0]).toBeCloseTo(-0.6);
      expect(slopes[1]).toBeCloseTo(-0.8);
    });
  });
});

describe('names', () => {
  test.each([
    ['categorical_crossentropy', 'categoricalCrossentropy'],
    ['categoricalCrossentropy', 'categoricalCrossentropy'],
    ['CategoricalCrossentropy', 'categoricalCrossentropy'],
    ['sparse_categorical_crossentropy', 'sparseCategoricalCrossentropy'],
    ['mse', 'meanSquaredError'],
    ['MSE', 'meanSquaredError'],
    ['mean_squared_error', 'meanSquaredError'],
    ['mae', 'meanAbsoluteError'],
    ['kld', 'klDivergence'],
    ['kullback_leibler_divergence', 'klDivergence'],
    ['log_cosh', 'logCosh'],
    ['logcosh', 'logCosh'],
  ])('%s', (given, expected) => {
    expect(losses.loss(given).name).toBe(expected);
  });

  test('a built-in function is recognized, with its formula for logits', () => {
    expect(getLoss(losses.binaryCrossentropy).fromLogits?.activation).toBe('sigmoid');
  });

  test.each([
    ['meanSquaredError', weighted.meanSquaredError, {}],
    ['meanAbsoluteError', weighted.absoluteDifference, {}],
    ['huber', weighted.huberLoss, {}],
    ['binaryCrossentropy', weighted.sigmoidCrossEntropy, { fromLogits: true }],
    ['categoricalCrossentropy', weighted.softmaxCrossEntropy, { fromLogits: true }],
  ] as const)("tfjs's function of all samples is the mean of %s", (name, f, options) => {
    const found = getLoss(f);
    expect(found).toMatchObject({ name, options });
    expect(lossName(f)).toBe(name);
    const [yTrue, yPred] = [wide([[1, 0]]), wide([[0.3, -0.8]])];
    expect(found.perSample(yTrue, yPred).dataSync()[0]).toBeCloseTo(f(yTrue, yPred).dataSync()[0], 5);
  });

  test('a custom loss is found after it is registered', () => {
    losses.registerLoss('halfSquare', (yTrue, yPred) => losses.meanSquaredError(yTrue, yPred).mul(0.5));
    expectLosses(() => losses.loss('half_square').perSample(wide(A), wide(B)), [1.125, 0.375]);
    expect(() => losses.registerLoss('half_square', losses.meanSquaredError)).toThrow('the name half_square is taken');
  });
});

describe('wrong labels and options', () => {
  const wrong: readonly [string, () => unknown, typeof ValueError | typeof ShapeError, string][] = [
    [
      'shapes',
      () => losses.meanSquaredError(wide(A), wide([[1, 2]])),
      ShapeError,
      'meanSquaredError: yTrue is [2,3], expected [1,2]',
    ],
    [
      'sparse labels as rows',
      () => losses.sparseCategoricalCrossentropy(wide(ONE_HOT), wide(LOGITS)),
      ShapeError,
      'yTrue is [3,3], expected [3] for yPred [3,3]',
    ],
    [
      'labelSmoothing',
      () => losses.categoricalCrossentropy(wide(P), wide(Q), { labelSmoothing: 2 }),
      ValueError,
      'labelSmoothing is 2, expected a number in [0, 1]',
    ],
    ['delta', () => losses.huber(wide(A), wide(B), { delta: 0 }), ValueError, 'huber: delta is 0'],
    ['name', () => losses.loss('crossentropie'), ValueError, "loss is 'crossentropie'"],
    ['no loss', () => getLoss(3 as never), ValueError, 'loss: given 3'],
  ];
  test.each(wrong)('%s', (_, call, error, message) => {
    const before = memory();
    tidy(() => {
      expect(call).toThrow(error);
      expect(call).toThrow(message);
    });
    expect(memory()).toEqual(before);
  });

  const sparse = losses.loss('sparseCategoricalCrossentropy');
  const categorical = losses.loss('categoricalCrossentropy');
  const labels = (values: number[], ...shape: number[]) => ({ values, shape });
  const unfit: readonly [losses.Loss, { values: number[]; shape: number[] }, string][] = [
    [sparse, labels([0, 1, 3], 3), 'yTrue has 3 at sample 2, expected an integer from 0 to 2'],
    [sparse, labels([0, -1], 2), 'yTrue has -1 at sample 1'],
    [sparse, labels([0, 1.5], 2), 'yTrue has 1.5 at sample 1'],
    [sparse, labels([0, Number.NaN], 2), 'yTrue has NaN at sample 1'],
    [sparse, labels([1, 0, 0, 0, 1, 0], 2, 3), 'one-hot labels go with categoricalCrossentropy'],
    [categorical, labels([1, 2, 0], 3), 'class numbers go with sparseCategoricalCrossentropy'],
    [categorical, labels([0, 1, 0, 0, 2, 0], 2, 3), 'yTrue has 2 at sample 1, expected 0 to 1'],
    [categorical, labels([0, 1, Number.NaN], 1, 3), 'yTrue has NaN at sample 0'],
    [losses.loss('binaryCrossentropy'), labels([0, 0, -0.5], 1, 3), 'yTrue has -0.5 at sample 0, expected 0 to 1'],
    [losses.loss('poisson'), labels([0, 0, -1], 1, 3), 'expected a finite number ≥ 0'],
    [losses.loss('mse'), labels([0, Number.POSITIVE_INFINITY, 1], 1, 3), 'yTrue has Infinity at sample 0'],
  ];
  test.each(unfit)('labels on the host: %#', (loss, given, message) => {
    expect(() => checkLabels(loss.name, loss, given, [null, 3])).toThrow(message);
  });

  // As in fit: one_hot of such a number is zeros, which is a loss of 0 (TensorFlow raises on a CPU).
  test.each([[3], [-1], [Number.NaN], [0.5]])('class number %d, in a direct call', (label) => {
    const call = () => losses.sparseCategoricalCrossentropy(wide([[0], [label]]), wide(LOGITS.slice(0, 2)));
    expect(() => tidy(call)).toThrow(/yTrue has .* at sample 1, expected an integer from 0 to 2/);
  });

  test('labels that fit', () => {
    for (const shape of [[2], [2, 1]]) {
      expect(() => checkLabels('sparse', sparse, labels([0, 2], ...shape), [null, 3])).not.toThrow();
      expect(() => checkLabels('binary', losses.loss('mse'), labels([0, 1], ...shape), [null, 1])).not.toThrow();
    }
  });
});
