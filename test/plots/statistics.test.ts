import { describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { accuracyOf, argMaxRows, classScores, confusionCounts, rocCurve } from '../../src/plots/index.js';

describe('statistics of predictions', () => {
  const labels = [0, 0, 0, 1, 1, 2];
  const predicted = [0, 0, 1, 1, 0, 1];
  const counts = confusionCounts(labels, predicted, 3);

  test('counts true against predicted', () => {
    expect(counts).toEqual([
      [2, 1, 0],
      [1, 1, 0],
      [0, 1, 0],
    ]);
    expect(accuracyOf(counts)).toBe(0.5);
    expect(() => confusionCounts([0], [0, 1], 2)).toThrow(ShapeError);
    expect(() => confusionCounts([0, 2], [0, 1], 2)).toThrow(/image 1 has label 2 and prediction 1, expected 0 to 1/);
    expect(() => confusionCounts([0], [-1], 2)).toThrow(ValueError);
  });

  test('scores each class', () => {
    const [first, second, third] = classScores(counts);
    expect(first).toEqual({ precision: 2 / 3, recall: 2 / 3, f1: 2 / 3, support: 3 });
    expect(second.precision).toBeCloseTo(1 / 3);
    expect(second.f1).toBeCloseTo(0.4);
    expect(third).toEqual({ precision: Number.NaN, recall: 0, f1: 0, support: 1 });
  });

  test('returns the first of equal columns', () => {
    expect(Array.from(argMaxRows([0.1, 0.9, 0.9, 0.5, 0.5, 0.2], 3))).toEqual([1, 0]);
  });
});

describe('rocCurve', () => {
  test('is the chance that one of the class scores above one of the others, ties half', () => {
    const positive = Array.from({ length: 200 }, (_, i) => i % 3 === 0);
    const scores = positive.map((is, i) => Math.round(((i * 7919) % 101) * 0.1 + (is ? 2 : 0)));
    let [above, pairs] = [0, 0];
    for (const [i, is] of positive.entries()) {
      for (const [j, other] of positive.entries()) {
        if (!is || other) continue;
        pairs++;
        above += scores[i] > scores[j] ? 1 : scores[i] === scores[j] ? 0.5 : 0;
      }
    }
    const curve = rocCurve(positive, scores);
    expect(curve.auc).toBeCloseTo(above / pairs, 12);
    expect([curve.falsePositiveRate.at(-1), curve.truePositiveRate.at(-1)]).toEqual([1, 1]);
  });

  test('is 1, 0 and a half at its extremes', () => {
    expect(rocCurve([true, true, false], [3, 2, 1]).auc).toBe(1);
    expect(rocCurve([true, true, false], [1, 2, 3]).auc).toBe(0);
    expect(rocCurve([true, false, false], [1, 1, 1]).auc).toBe(0.5);
  });

  test('needs both kinds and numbers', () => {
    expect(() => rocCurve([true, true], [1, 2])).toThrow(/2 of the class and 0 others/);
    expect(() => rocCurve([true, false], [1, Number.NaN])).toThrow(ValueError);
  });
});
