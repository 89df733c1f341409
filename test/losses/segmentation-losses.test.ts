import '../../src/ops/methods.js';
import '../../src/losses/catalog.js';
import { readFileSync } from 'node:fs';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkGradients } from '../../src/autograd/check.js';
import { grad } from '../../src/autograd/gradients.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import type { Shape } from '../../src/base/shape.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import { getLoss } from '../../src/losses/registry.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

/*
 * PyTorch 1.13 in float64: F.ctc_loss of log_softmax with blank 0, F.binary_cross_entropy times Keras's factors, and
 * the formulas of keras/src/losses/losses.py written in torch.
 */
// biome-ignore lint/suspicious/noExplicitAny: each entry has fields of its own
const PYTORCH: any = JSON.parse(readFileSync(new URL('../fixtures/pytorch-losses.json', import.meta.url), 'utf8'));

const wide = (values: readonly number[], shape: Shape): Tensor => upload(Float64Array.from(values), shape, 'float64');
const integers = (values: readonly number[], shape: Shape): Tensor => tensor([...values], shape, 'int32');

function expectNear(f: () => Tensor, expected: number | readonly number[], tolerance = 1e-9): void {
  const before = memory();
  const values = tidy(() => [...f().dataSync()]);
  expect(memory()).toEqual(before);
  const list = [expected].flat();
  expect(values).toHaveLength(list.length);
  for (const [i, value] of values.entries()) expect(Math.abs(value - list[i]), `value ${i}`).toBeLessThan(tolerance);
}

describe('focal losses', () => {
  const { p, y, plain, balanced } = PYTORCH.binaryFocal;
  const { categoricalFocal } = PYTORCH;

  test('binary', () => {
    const labels = () => wide(y, [3, 4]);
    expectNear(() => losses.binaryFocalCrossentropy(labels(), wide(p, [3, 4])), plain);
    const options = { applyClassBalancing: true, alpha: 0.3, gamma: 1.5, labelSmoothing: 0.1 };
    expectNear(() => losses.binaryFocalCrossentropy(labels(), wide(p, [3, 4]), options), balanced);
    const logits = p.map((each: number) => Math.log(each / (1 - each)));
    expectNear(() => losses.binaryFocalCrossentropy(labels(), wide(logits, [3, 4]), { fromLogits: true }), plain);
  });

  test('categorical', () => {
    const { p, y, plain, other } = categoricalFocal;
    const of = (options = {}) => losses.categoricalFocalCrossentropy(wide(y, [3, 4]), wide(p, [3, 4]), options);
    expectNear(() => of(), plain);
    expectNear(() => of({ alpha: 0.4, gamma: 0.7, labelSmoothing: 0.2 }), other);
    const logits = () => wide(p, [3, 4]).log();
    expectNear(() => losses.categoricalFocalCrossentropy(wide(y, [3, 4]), logits(), { fromLogits: true }), plain);
  });

  test('the axis of classes, and Keras’s example', () => {
    const { p, y, plain } = categoricalFocal;
    const turned = () =>
      losses.categoricalFocalCrossentropy(wide(y, [3, 4]).transpose(), wide(p, [3, 4]).transpose(), { axis: 0 });
    expectNear(turned, plain);
    const example = () =>
      losses.binaryFocalCrossentropy(wide([0, 1, 0, 0], [2, 2]), wide([0.6, 0.4, 0.4, 0.6], [2, 2]));
    expectNear(example, [0.33, 0.206], 5e-4);
  });

  test('gradients; finite where a prediction is exact', () => {
    const { p, y } = categoricalFocal;
    tidy(() => {
      checkGradients((x) => losses.categoricalFocalCrossentropy(wide(y, [3, 4]), x), [wide(p, [3, 4])]);
      checkGradients((x) => losses.binaryFocalCrossentropy(wide(PYTORCH.binaryFocal.y, [3, 4]), x), [wide(p, [3, 4])]);
      const exact = wide([1, 0], [1, 2]);
      for (const gamma of [0.5, 2]) {
        const slope = grad((x) => losses.binaryFocalCrossentropy(exact, x, { gamma }).sum())(exact);
        expect([...slope.dataSync()].every(Number.isFinite)).toBe(true);
      }
    });
  });
});

describe('overlaps', () => {
  const { p, y } = PYTORCH.binaryFocal;

  test('dice and tversky', () => {
    expectNear(() => losses.dice(wide(y, [3, 4]), wide(p, [3, 4])), PYTORCH.dice.all);
    expectNear(() => losses.dice(wide(y, [3, 2, 2]), wide(p, [3, 2, 2]), { axis: [1, 2] }), PYTORCH.dice.rows);
    const options = { alpha: 0.7, beta: 0.2, axis: -1 };
    expectNear(() => losses.tversky(wide(y, [3, 4]), wide(p, [3, 4]), options), PYTORCH.tversky);
    expectNear(() => losses.tversky(wide(y, [3, 4]), wide(p, [3, 4])), PYTORCH.dice.all, 1e-7);
  });

  test('gradients and refusals', () => {
    tidy(() => {
      checkGradients((x) => losses.dice(wide(y, [3, 4]), x, { axis: 1 }), [wide(p, [3, 4])]);
      checkGradients((x) => losses.tversky(wide(y, [3, 4]), x, { alpha: 0.9 }), [wide(p, [3, 4])]);
      expect(() => losses.dice(wide(y, [4, 3]), wide(p, [3, 4]))).toThrow(ShapeError);
      expect(() => losses.dice(wide(y, [3, 4]), wide(p, [3, 4]), { axes: 1 } as never)).toThrow(ValueError);
    });
  });
});

describe('circle', () => {
  const { v, c, standard, other } = PYTORCH.circle;

  test('values and gradients', () => {
    expectNear(() => losses.circle(integers(c, [6]), wide(v, [6, 3])), standard, 1e-8);
    expectNear(
      () => losses.circle(integers(c, [6, 1]), wide(v, [6, 3]), { gamma: 4, margin: 0.2, removeDiagonal: false }),
      other,
    );
    tidy(() => checkGradients((x) => losses.circle(integers(c, [6]), x, { gamma: 4 }), [wide(v, [6, 3])]));
  });

  test('a sample without a partner does not count in the mean', () => {
    const loss = losses.loss('circle', { gamma: 4 });
    const each = tidy(() => [...losses.circle(integers(c, [6]), wide(v, [6, 3]), { gamma: 4 }).dataSync()]);
    expect(each[5]).toBe(0);
    const expected = each.reduce((a, b) => a + b) / 5;
    expectNear(() => loss.apply(integers(c, [6]), wide(v, [6, 3])), expected);
  });

  test('refusals', () => {
    tidy(() =>
      expect(() => losses.circle(integers(c, [6]), wide(v, [9, 2]))).toThrow('expected [batch] and [batch, features]'),
    );
  });
});

describe('ctc', () => {
  const { logits, labels, loss, gradient } = PYTORCH.ctc;

  test('values and gradient', () => {
    expectNear(() => losses.ctc(integers(labels, [3, 4]), wide(logits, [3, 9, 5])), loss);
    expectNear(() => grad((x) => losses.ctc(integers(labels, [3, 4]), x).sum())(wide(logits, [3, 9, 5])), gradient);
    tidy(() => checkGradients((x) => losses.ctc(integers(labels, [3, 4]), x), [wide(logits, [3, 9, 5])]));
  });

  test('labels that are all zeros are blanks; too few steps have no gradient', () => {
    const blanks = 2 * Math.log(3);
    expectNear(() => losses.ctc(integers([0, 0], [1, 2]), wide(Array(6).fill(0), [1, 2, 3])), blanks);
    // Between two of a kind a blank is needed: 3 steps.
    const short = () => losses.ctc(integers([1, 1], [1, 2]), wide(Array(6).fill(0), [1, 2, 3]));
    expectNear(short, 1e9);
    expectNear(
      () => grad((x) => losses.ctc(integers([1, 1], [1, 2]), x).sum())(wide(Array(6).fill(0), [1, 2, 3])),
      Array(6).fill(0),
    );
  });

  test('refusals', () => {
    tidy(() => {
      expect(() => losses.ctc(integers([1], [1]), wide([1, 2], [1, 2]))).toThrow('[batch, steps, classes]');
      expect(() => losses.ctc(integers([7], [1, 1]), wide([1, 2], [1, 1, 2]))).toThrow();
    });
  });

  test('a model learns to spell', async () => {
    const model = sequential({ layers: [layers.dense({ units: 3, inputShape: [4, 2], kernelInitializer: 'zeros' })] });
    model.compile({ optimizer: 'sgd', loss: losses.ctc });
    const x = [
      [
        [1, 0],
        [1, 0],
        [0, 1],
        [0, 1],
      ],
    ];
    const { history } = await model.fit(tensor(x), tensor([[1, 2]]), { epochs: 5, verbose: 0 });
    expect(history.loss[4]).toBeLessThan(history.loss[0]);
  });
});

test('generalized cross-entropy', () => {
  const { p } = PYTORCH.categoricalFocal;
  const of = (x: Tensor, options = {}) =>
    losses.categoricalGeneralizedCrossEntropy(integers([2, 0, 3], [3]), x, options);
  expectNear(() => of(wide(p, [3, 4])), PYTORCH.generalized.loss);
  expectNear(() => of(wide(p, [3, 4]), { q: 0.3 }), PYTORCH.generalized.other);
  tidy(() => checkGradients((x) => of(x), [wide(p, [3, 4])]));
});

test('by name, in any spelling, with options', () => {
  for (const name of [
    'binary_focal_crossentropy',
    'CategoricalFocalCrossentropy',
    'Dice',
    'tversky',
    'CTC',
    'circle',
  ]) {
    expect(getLoss(name).name.toLowerCase()).toBe(name.replaceAll('_', '').toLowerCase());
  }
  expect(losses.loss(losses.tversky, { alpha: 0.7 }).options).toEqual({ alpha: 0.7 });
  expect(() => losses.loss('dice', { alpha: 0.7 })).toThrow('alpha');
});
