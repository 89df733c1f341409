import '../../src/ops/methods.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { grads } from '../../src/autograd/gradients.js';
import { DTypeError, ShapeError } from '../../src/base/errors.js';
import { mul } from '../../src/ops/arithmetic.js';
import { sum } from '../../src/ops/broadcast.js';
import { oneHot, tensor, zeros } from '../../src/ops/creation.js';
import { randomNormal, randomUniform } from '../../src/ops/random.js';
import { logSoftmax } from '../../src/ops/softmax.js';
import { softmaxCrossentropy } from '../../src/ops/softmax-crossentropy.js';
import { neg, square } from '../../src/ops/unary.js';
import { setSeed } from '../../src/tensor/random.js';
import { tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { startBackend } from '../support/backends.js';

const composed = (logits: Tensor, labels: Tensor): Tensor => {
  const y = labels.dtype === 'int32' ? oneHot(labels, logits.shape.at(-1)!, 1, 0, logits.dtype) : labels;
  return neg(sum(mul(y, logSoftmax(logits)), -1));
};

/** Losses, gradients of their weighted sum, and those of the squares of these. */
function derivatives(f: typeof composed, logits: Tensor, labels: Tensor, weights: Tensor): number[][] {
  return tidy(() => {
    const weighted = (x: Tensor, y: Tensor) => sum(mul(f(x, y), weights));
    const inputs = labels.dtype === 'int32' ? [logits] : [logits, labels];
    const of = (...[x, y = labels]: Tensor[]) => weighted(x, y);
    const first = grads(of)(inputs);
    const second = grads((...xs: Tensor[]) =>
      grads(of)(xs)
        .map((gradient) => sum(square(gradient)))
        .reduce((a, b) => a.add(b)),
    )(inputs);
    return [f(logits, labels), ...first, ...second].map((each) => [...each.dataSync()]);
  });
}

describe.each(['cpu', 'wasm'])('on %s softmaxCrossentropy and its derivatives equal the composed form', (backend) => {
  beforeAll(async () => void (await startBackend(backend)));

  test.each([
    [[6, 10], false],
    [[6, 10], true],
    [[2, 3, 37], false],
    [[2, 3, 37], true],
    [[1, 1], true],
    [[1, 1000], false],
  ])('for logits %j, class numbers: %s', (shape, sparse) => {
    setSeed(11);
    const logits = mul(randomNormal(shape), 3);
    const rows = shape.slice(0, -1);
    const classes = shape[shape.length - 1];
    const labels = sparse ? randomUniform(rows, 0, classes, 'int32') : randomUniform(shape, 0, 2 / classes);
    const weights = randomNormal(rows);
    const expected = derivatives(composed, logits, labels, weights);
    const actual = derivatives(softmaxCrossentropy, logits, labels, weights);
    expect(actual.length).toBe(expected.length);
    for (const [i, values] of expected.entries()) {
      const largest = Math.max(1, ...values.map(Math.abs));
      for (const [j, value] of values.entries()) expect(Math.abs(actual[i][j] - value) / largest).toBeLessThan(1e-5);
    }
    for (const each of [logits, labels, weights]) each.dispose();
  });

  test('an empty batch has no losses', () => {
    tidy(() => expect(softmaxCrossentropy(zeros([0, 3]), zeros([0], 'int32')).shape).toEqual([0]));
  });

  test('labels that do not fit are refused', () => {
    tidy(() => {
      const logits = zeros([2, 3]);
      expect(() => softmaxCrossentropy(logits, zeros([2]))).toThrow(ShapeError);
      expect(() => softmaxCrossentropy(logits, zeros([2, 3], 'int32'))).toThrow(ShapeError);
      expect(() => softmaxCrossentropy(logits, zeros([2, 3], 'bool'))).toThrow(DTypeError);
      expect(() => softmaxCrossentropy(tensor(1), tensor(1))).toThrow(ShapeError);
    });
  });
});
