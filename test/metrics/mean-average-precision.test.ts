import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { MeanAveragePrecision, type MeanAveragePrecisionOptions } from '../../src/metrics/index.js';

/*
 * Twelve made-up pictures with crowds, equal scores and boxes of three sizes. The numbers are those of a second
 * evaluation, in NumPy, which was written from COCO's definition: per class a matrix of overlaps for each picture, and
 * the best precision at or beyond each of 101 recalls.
 */
const { pictures, fewer, ...expected } = JSON.parse(
  readFileSync(new URL('../fixtures/detections.json', import.meta.url), 'utf8'),
);

function evaluated(options?: MeanAveragePrecisionOptions) {
  const map = new MeanAveragePrecision(options);
  for (const { boxes, classes, crowds, found, foundClasses, scores } of pictures) {
    map.updateState({ boxes, classes, crowds }, { boxes: found, classes: foundClasses, scores });
  }
  return map;
}

test("the numbers of COCO's evaluation", () => {
  const { perClass, ...numbers } = evaluated().details();
  const { perClass: expectedPerClass, ...expectedNumbers } = expected;
  expect(Object.keys(numbers).sort()).toEqual(Object.keys(expectedNumbers).sort());
  for (const [name, value] of Object.entries(numbers)) expect(value, name).toBeCloseTo(expectedNumbers[name], 12);
  expect(Object.keys(perClass)).toEqual(Object.keys(expectedPerClass));
  for (const [id, value] of Object.entries(perClass))
    expect(value, `class ${id}`).toBeCloseTo(expectedPerClass[id], 12);
  expect(evaluated({ maxDetections: 1 }).result()).toBeCloseTo(fewer, 12);
});

describe('examples computed on paper', () => {
  const square = (side: number) => [[0, 0, side, side]];

  test('a detection is right up to its overlap', () => {
    const map = new MeanAveragePrecision();
    map.updateState({ boxes: square(10), classes: [1] }, { boxes: [[0, 0, 10, 7.4]], classes: [1], scores: [0.3] });
    const { AP50, AP75, small, large } = map.details();
    expect([map.result(), AP50, AP75, small, large]).toEqual([0.5, 1, 0, 0.5, null]);
    map.resetState();
    expect(map.result()).toBe(0);
  });

  test('a second detection of an object is wrong, inside a crowd it does not count', () => {
    const twice = { boxes: [...square(10), ...square(10)], classes: [1, 1], scores: [0.9, 0.8] };
    const further = { boxes: [[50, 50, 60, 60]], classes: [1], scores: [0.7] };
    const found = { boxes: [...twice.boxes, ...further.boxes], classes: [1, 1, 1], scores: [0.9, 0.8, 0.7] };
    const truths = { boxes: [...square(10), [50, 50, 60, 60]], classes: [1, 1] };
    const alone = new MeanAveragePrecision();
    alone.updateState(truths, found);
    // Precision is 1 up to recall 0.5, where 51 recalls are, and 2/3 beyond.
    expect(alone.result()).toBeCloseTo((51 + (50 * 2) / 3) / 101, 12);
    const crowded = new MeanAveragePrecision();
    crowded.updateState(
      { boxes: [...truths.boxes, [0, 0, 30, 30]], classes: [1, 1, 1], crowds: [false, false, true] },
      found,
    );
    expect(crowded.result()).toBeCloseTo(1, 12);
  });

  test('classes without objects do not count; other thresholds', () => {
    const map = new MeanAveragePrecision({ iouThresholds: [0.3] });
    map.updateState(
      { boxes: square(10), classes: [2] },
      { boxes: [[0, 0, 10, 4], ...square(9)], classes: [2, 7], scores: [0.5, 0.9] },
    );
    expect(map.details()).toMatchObject({ mAP: 1, AP50: null, perClass: { 2: 1 } });
  });

  test('refusals', () => {
    const map = new MeanAveragePrecision();
    const one = { boxes: square(3), classes: [0] };
    expect(() => map.updateState(one, { ...one, scores: [] })).toThrow(ShapeError);
    expect(() => map.updateState({ boxes: [[1, 2]], classes: [0] }, { ...one, scores: [1] })).toThrow(
      'each [y1, x1, y2, x2]',
    );
    expect(() => map.updateState({ boxes: square(3), classes: [0.5] }, { ...one, scores: [1] })).toThrow(ValueError);
    expect(() => new MeanAveragePrecision({ maxDetections: 0 })).toThrow(ValueError);
    expect(map.result()).toBe(0);
  });
});
