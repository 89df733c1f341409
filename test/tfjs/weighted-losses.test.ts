import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError } from '../../src/base/errors.js';
import { tensor } from '../../src/ops/creation.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import * as losses from '../../src/tfjs/losses.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

const { Reduction } = losses;
const y = [
  [1, 0],
  [0, 1],
  [1, 1],
];
const p = [
  [0.9, 0.2],
  [0.3, 0.6],
  [0.5, 1],
];

function value(f: () => Tensor): number[] {
  const before = memory();
  const values = tidy(() => [...f().dataSync()]);
  expect(memory()).toEqual(before);
  return values;
}

describe('computeWeightedLoss', () => {
  const each = [1, 2, 3, 6];
  test.each([
    [Reduction.NONE, undefined, [1, 2, 3, 6]],
    [Reduction.SUM, undefined, [12]],
    [Reduction.MEAN, undefined, [3]],
    [Reduction.SUM_BY_NONZERO_WEIGHTS, undefined, [3]],
    [Reduction.NONE, [1, 0, 2, 1], [1, 0, 6, 6]],
    [Reduction.SUM, [1, 0, 2, 1], [13]],
    [Reduction.MEAN, [1, 0, 2, 1], [13 / 4]],
    [Reduction.SUM_BY_NONZERO_WEIGHTS, [1, 0, 2, 1], [13 / 3]],
    [Reduction.SUM_BY_NONZERO_WEIGHTS, [0, 0, 0, 0], [0]],
    [Reduction.MEAN, 2, [3]],
    [Reduction.MEAN, [0, 0, 0, 0], [0]],
  ])('reduction %s, weights %j', (reduction, weights, expected) => {
    const found = value(() => losses.computeWeightedLoss(each, weights, reduction));
    for (const [index, loss] of found.entries()) expect(loss).toBeCloseTo(expected[index], 5);
  });

  test('an unknown reduction', () => {
    expect(() => losses.computeWeightedLoss(each, undefined, 7 as never)).toThrow('reduction is 7');
  });
});

describe('compared with formulas', () => {
  const cases: readonly [string, () => Tensor, number][] = [
    ['absoluteDifference', () => losses.absoluteDifference(y, p), (0.1 + 0.2 + 0.3 + 0.4 + 0.5 + 0) / 6],
    ['meanSquaredError', () => losses.meanSquaredError(y, p), (0.01 + 0.04 + 0.09 + 0.16 + 0.25) / 6],
    ['cosineDistance', () => losses.cosineDistance(y, p, 1), 1 - (0.9 + 0.6 + 1.5) / 3],
    ['hingeLoss', () => losses.hingeLoss(y, p), (0.1 + 1.2 + 1.3 + 0.4 + 0.5 + 0) / 6],
    ['huberLoss', () => losses.huberLoss([[0, 0]], [[0.5, 3]]), (0.125 + 2.5) / 2],
    ['huberLoss, null for defaults', () => losses.huberLoss([[0, 0]], [[0.5, 3]], null, null, null), (0.125 + 2.5) / 2],
    ['logLoss, null for defaults', () => losses.logLoss([1, 0], [0.5, 0.5], null, null, null), Math.log(2)],
    ['meanSquaredError, null for weights', () => losses.meanSquaredError([1, 2], [2, 4], null), 2.5],
    ['huberLoss, delta 2', () => losses.huberLoss([[0, 0]], [[0.5, 3]], undefined, 2), (0.125 + 4) / 2],
    ['logLoss', () => losses.logLoss([[1, 0]], [[0.5, 0.25]]), (Math.log(2) - Math.log(0.75)) / 2],
    ['sigmoidCrossEntropy', () => losses.sigmoidCrossEntropy([[1, 0]], [[0, 0]]), Math.log(2)],
    [
      'sigmoidCrossEntropy, smoothed',
      () => losses.sigmoidCrossEntropy([[1]], [[2]], undefined, 0.5),
      Math.log(1 + Math.exp(2)) - 2 * 0.75,
    ],
    ['softmaxCrossEntropy', () => losses.softmaxCrossEntropy([[0, 1]], [[0, Math.log(3)]]), Math.log(4 / 3)],
    [
      'softmaxCrossEntropy, smoothed',
      () => losses.softmaxCrossEntropy([[0, 1]], [[0, Math.log(3)]], undefined, 1),
      Math.log(4) - Math.log(3) / 2,
    ],
    ['weights', () => losses.absoluteDifference(tensor(y), tensor(p), [[1], [0], [2]]), (0.1 + 0.2 + 1) / 4],
  ];
  test.each(cases)('%s', (_, loss, expected) => {
    expect(value(loss)[0]).toBeCloseTo(expected, 5);
  });

  test('shapes that disagree', () => {
    const before = memory();
    expect(() => losses.logLoss([[1, 2]], [[1]])).toThrow(ShapeError);
    expect(memory()).toEqual(before);
  });
});
