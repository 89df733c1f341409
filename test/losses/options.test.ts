import '../../src/ops/methods.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { grad } from '../../src/autograd/gradients.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import * as layers from '../../src/layers/index.js';
import { checkLabels } from '../../src/losses/check-labels.js';
import { sequential } from '../../src/models/sequential.js';
import { sum } from '../../src/ops/broadcast.js';
import { tensor } from '../../src/ops/creation.js';
import { transpose } from '../../src/ops/transpose.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as losses from '../../src/tfjs/losses.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

const wide = (values: number[][]): Tensor => tensor(values, undefined, 'float64');
const classes = (values: number[]): Tensor => tensor(values, undefined, 'int32');
const close = (values: number[], digits = 6) => values.map((value) => expect.closeTo(value, digits));
const valuesOf = (f: () => Tensor) => tidy(() => [...f().dataSync()]);

/* Squared errors: 1, 4, 9, 16. */
const Y = [[0], [0], [0], [0]];
const P = [[1], [2], [3], [4]];

describe('reduction', () => {
  // keras/src/losses/loss.py, reduce_values and reduce_weighted_values.
  const cases: readonly (readonly [losses.LossReduction | null | undefined, number[], number[]])[] = [
    // reduction, without weights, with weights 1, 0, 2, 1: 1, 0, 18, 16
    [undefined, [7.5], [35 / 4]],
    ['sum_over_batch_size', [7.5], [35 / 4]],
    ['mean', [7.5], [35 / 4]],
    ['sum', [30], [35]],
    ['mean_with_sample_weight', [7.5], [35 / 4]],
    ['none', [1, 4, 9, 16], [1, 0, 18, 16]],
    [null, [1, 4, 9, 16], [1, 0, 18, 16]],
  ];
  test.each(cases)('%s', (reduction, plain, weighted) => {
    const loss = losses.loss('mse', { reduction });
    expect(valuesOf(() => loss.apply(wide(Y), wide(P)))).toEqual(close(plain));
    expect(valuesOf(() => loss.apply(wide(Y), wide(P), tensor([1, 0, 2, 1])))).toEqual(close(weighted));
  });

  test('mean_with_sample_weight divides by the sum of the weights', () => {
    const loss = losses.loss('mse', { reduction: 'mean_with_sample_weight' });
    expect(valuesOf(() => loss.apply(wide(Y), wide(P), tensor([1, 0, 0.5, 0])))).toEqual(close([5.5 / 1.5]));
    expect(valuesOf(() => loss.apply(wide(Y), wide(P), tensor([0, 0, 0, 0])))).toEqual([0]);
  });

  test('weights may have an axis of 1 at their end, and not more than the losses', () => {
    const loss = losses.loss('mse', { reduction: 'sum' });
    expect(valuesOf(() => loss.apply(wide(Y), wide(P), tensor([[1], [0], [2], [1]])))).toEqual([35]);
    expect(() =>
      tidy(() =>
        loss.apply(
          wide(Y),
          wide(P),
          tensor([
            [1, 2],
            [0, 1],
            [2, 1],
            [1, 1],
          ]),
        ),
      ),
    ).toThrow('sampleWeight is [4,2], expected weights for values of shape [4]');
  });

  test('in any spelling', () => {
    expect(losses.loss('mse', { reduction: 'sumOverBatchSize' as never }).reduction).toBe('sum_over_batch_size');
  });

  test('in training: the sum has gradients as many times as large as the mean', async () => {
    const lossAfter = async (reduction: 'sum' | 'sum_over_batch_size') => {
      const model = sequential({
        layers: [layers.dense({ units: 1, inputShape: [1], kernelInitializer: 'zeros', useBias: false })],
      });
      model.compile({ optimizer: 'sgd', loss: losses.loss('mse', { reduction }) });
      const [x, y] = [tensor([[1], [1]]), tensor([[1], [3]])];
      const history = await model.fit(x, y, { epochs: 1, batchSize: 2 });
      const kernel = model.getWeights()[0].dataSync()[0];
      dispose([x, y]);
      model.dispose();
      return [history.history.loss[0], kernel];
    };
    // w = 0: losses 1 and 9, dL/dw of each −2 · y: −2 and −6; rate 0.01.
    expect(await lossAfter('sum_over_batch_size')).toEqual(close([5, 0.04]));
    expect(await lossAfter('sum')).toEqual(close([10, 0.08]));
  });

  test("compile refuses 'none', which gives several numbers", () => {
    const model = sequential({ layers: [layers.dense({ units: 1, inputShape: [1] })] });
    expect(() => model.compile({ optimizer: 'sgd', loss: losses.loss('mse', { reduction: 'none' }) })).toThrow(
      "compile: meanSquaredError has reduction 'none', expected one number per batch",
    );
  });
});

const PROBABILITIES = [
  [0.7, 0.2, 0.1],
  [0.1, 0.6, 0.3],
  [0.25, 0.25, 0.5],
];

describe('ignoreClass', () => {
  const ignoring = (ignoreClass: number) => losses.loss('sparseCategoricalCrossentropy', { ignoreClass });

  // torch.nn.functional.nll_loss(p.log(), labels, ignore_index=255) and keras.losses.SparseCategoricalCrossentropy
  // (ignore_class=255): the mean over the samples that count.
  test.each([255, -1, 0])('%i has no loss, and does not count in the mean', (ignored) => {
    const labels = () => classes([ignored, 1, 2]);
    const each = [-Math.log(0.6), -Math.log(0.5)];
    expect(valuesOf(() => ignoring(ignored).perSample(labels(), wide(PROBABILITIES)))).toEqual(close([0, ...each]));
    expect(valuesOf(() => ignoring(ignored).apply(labels(), wide(PROBABILITIES)))).toEqual(
      close([(each[0] + each[1]) / 2]),
    );
    expect(
      valuesOf(() => losses.sparseCategoricalCrossentropy(labels(), wide(PROBABILITIES), { ignoreClass: ignored })),
    ).toEqual(close([0, ...each]));
  });

  test('with weights, with sum, and with nothing that counts', () => {
    const [a, b] = [-Math.log(0.6), -Math.log(0.5)];
    const labels = () => classes([255, 1, 2]);
    const weights = () => tensor([5, 1, 3]);
    expect(valuesOf(() => ignoring(255).apply(labels(), wide(PROBABILITIES), weights()))).toEqual(
      close([(a + 3 * b) / 2]),
    );
    const sums = losses.loss('sparseCategoricalCrossentropy', { ignoreClass: 255, reduction: 'sum' });
    expect(valuesOf(() => sums.apply(labels(), wide(PROBABILITIES)))).toEqual(close([a + b]));
    expect(valuesOf(() => ignoring(255).apply(classes([255, 255, 255]), wide(PROBABILITIES)))).toEqual([0]);
  });

  test('has a gradient of 0 there', () => {
    const gradient = valuesOf(() =>
      grad((p) =>
        sum(losses.sparseCategoricalCrossentropy(classes([255, 1, 2]), p, { ignoreClass: 255, fromLogits: true })),
      )(wide(PROBABILITIES)),
    );
    expect(gradient.slice(0, 3)).toEqual(close([0, 0, 0]));
    expect(gradient.slice(3).every((value) => Math.abs(value) > 0.01)).toBe(true);
  });

  test('passes the check of labels on the host, others do not', () => {
    const check = (values: number[]) => () =>
      checkLabels('loss', ignoring(255), { values, shape: [values.length] }, [null, 3]);
    expect(check([255, 0, 2])).not.toThrow();
    expect(check([254, 0, 2])).toThrow('yTrue has 254 at sample 0, expected an integer from 0 to 2, or 255');
  });

  test('trains a model for segmentation, with class weights', async () => {
    const before = memory();
    const model = sequential({
      layers: [layers.conv2d({ filters: 2, kernelSize: 1, inputShape: [2, 2, 1], activation: 'softmax' })],
    });
    model.compile({ optimizer: 'sgd', loss: ignoring(255) });
    const x = tensor([0.5, 1, 0, -1], [1, 2, 2, 1]);
    const y = tensor([255, 1, 0, 255], [1, 2, 2], 'int32');
    const history = await model.fit(x, y, { epochs: 1, classWeight: { 0: 1, 1: 2 } });
    expect(history.history.loss[0]).toBeGreaterThan(0);
    expect(history.history.loss[0]).toBeLessThan(10);
    dispose([x, y]);
    model.dispose();
    expect(memory()).toEqual(before);
  });
});

describe('axis', () => {
  const turned = () => transpose(wide(PROBABILITIES));
  const each = [-Math.log(0.7), -Math.log(0.6), -Math.log(0.5)];
  const identity = [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ];

  test('of the classes', () => {
    expect(valuesOf(() => losses.sparseCategoricalCrossentropy(classes([0, 1, 2]), turned(), { axis: 0 }))).toEqual(
      close(each),
    );
    expect(valuesOf(() => losses.categoricalCrossentropy(wide(identity), turned(), { axis: 0 }))).toEqual(close(each));
    expect(
      valuesOf(() => losses.categoricalCrossentropy(wide(identity), turned(), { axis: 0, labelSmoothing: 0.3 })),
    ).toEqual(
      valuesOf(() => losses.categoricalCrossentropy(wide(identity), wide(PROBABILITIES), { labelSmoothing: 0.3 })).map(
        (value) => expect.closeTo(value, 10),
      ),
    );
  });

  test('of the mean, and of the vectors', () => {
    // −ln of the probability of each label, then the mean of a column.
    const column = (p: number, q: number) => -(Math.log(p) + Math.log(q)) / 2;
    expect(
      valuesOf(() =>
        losses.binaryCrossentropy(
          wide([
            [1, 0],
            [1, 1],
          ]),
          wide([
            [0.9, 0.2],
            [0.6, 0.5],
          ]),
          { axis: 0 },
        ),
      ),
    ).toEqual(close([column(0.9, 0.6), column(0.8, 0.5)]));
    expect(
      valuesOf(() =>
        losses.cosineSimilarity(
          wide([
            [1, 0],
            [1, 1],
          ]),
          wide([
            [1, 2],
            [0, 2],
          ]),
          { axis: 0 },
        ),
      ),
    ).toEqual(close([-Math.SQRT1_2, -Math.SQRT1_2]));
  });

  test('there is none', () => {
    expect(() => losses.categoricalCrossentropy(wide(identity), turned(), { axis: 2 })).toThrow(
      /categoricalCrossentropy: axis is 2/,
    );
  });
});

describe('options are refused by name', () => {
  const wrong: readonly (readonly [() => unknown, string])[] = [
    [() => losses.loss('sparseCategoricalCrossentropy', { labelSmoothing: 0.1 }), 'no option labelSmoothing'],
    [() => losses.loss('mse', { delta: 1 }), 'meanSquaredError: there is no option delta, expected reduction'],
    [() => losses.loss('huber', { detla: 1 } as never), "huber: there is no option detla; did you mean 'delta'?"],
    [() => losses.loss('huber', { delta: '1' as never }), "huber: delta is '1', expected a number > 0"],
    [() => losses.loss('bce', { fromLogits: 1 as never }), 'fromLogits is 1, expected true or false'],
    [() => losses.loss('mse', { reduction: 'avg' as never }), "reduction is 'avg', expected one of"],
    [
      () => losses.huber(wide(Y), wide(P), { dleta: 1 } as never),
      "huber: there is no option dleta; did you mean 'delta'?",
    ],
    [() => losses.huber(wide(Y), wide(P), -2), 'huber: delta is -2, expected a number > 0'],
    [() => losses.poisson(wide(Y), wide(P), 2 as never), 'poisson: options are 2, expected an object without options'],
    [() => losses.meanAbsoluteError(wide(Y), wide(P), { delta: 1 } as never), 'there is no option delta'],
    [
      () => losses.registerLoss('other', (y) => y as Tensor, { kind: 'class' as never }),
      "registerLoss: labels: kind is 'class', expected one of 'classes', 'values', 'any'",
    ],
  ];
  test.each(wrong)('%#', (call, message) => {
    tidy(() => {
      expect(call).toThrow(ValueError);
      expect(call).toThrow(message);
    });
  });
});

describe('labels and predictions', () => {
  test('may be arrays', () => {
    expect(valuesOf(() => losses.huber([[0, 0]], [[1, 3]]))).toEqual(close([1.5]));
    expect(() => losses.huber('0' as never, [[1]])).toThrow(ValueError);
    expect(() => losses.huber([[1, 2]], [[1]])).toThrow(ShapeError);
  });

  test('predictions of integers are floats, so that labels keep their fractions', () => {
    expect(valuesOf(() => losses.meanAbsoluteError(tensor([[0.25]]), tensor([[1]], [1, 1], 'int32')))).toEqual([0.75]);
    expect(valuesOf(() => losses.loss('mae').apply(tensor([[0.25]]), tensor([[1]], [1, 1], 'int32')))).toEqual([0.75]);
  });
});

test("huber accepts only delta, as Keras's function", () => {
  // ½ · 1 and 2 · 3 − ½ · 4, then their mean.
  expect(valuesOf(() => losses.huber([[0, 0]], [[1, 3]], 2))).toEqual(close([2.25]));
  expect(valuesOf(() => losses.huber([[0, 0]], [[1, 3]], { delta: 2 }))).toEqual(close([2.25]));
});

test('a loss keeps the options that were given, for files', () => {
  const made = losses.loss('categoricalCrossentropy', { labelSmoothing: 0.1, reduction: 'sum' });
  expect(made.options).toEqual({ labelSmoothing: 0.1, reduction: 'sum' });
  expect(losses.loss('mse', { reduction: null }).options).toEqual({ reduction: null });
  expect(losses.loss('mse').options).toEqual({});
});
