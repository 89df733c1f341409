import ndarray from 'ndarray';
import { describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { toCategorical } from '../../src/images/one-hot.js';
import { type Preprocessing, preprocessImages, unitScale } from '../../src/images/preprocess.js';
import { takeBalanced, takeRows, trainValidationSplit } from '../../src/images/select.js';

const rgb = ndarray(Uint8Array.from([255, 0, 51, 10, 20, 30]), [1, 1, 2, 3]);
const values = (how: Preprocessing) => Array.from(preprocessImages(rgb, how).data);

describe('preprocessImages', () => {
  test('scales as each kind of model expects', () => {
    expect(values('none')).toEqual([255, 0, 51, 10, 20, 30]);
    expect(values('unit')[2]).toBeCloseTo(0.2, 6);
    expect(Array.from(unitScale(rgb).data)).toEqual(values('unit'));
    expect(values('tf').slice(0, 2)).toEqual([1, -1]);
    expect(values('caffe')[0]).toBeCloseTo(51 - 103.939, 4);
    expect(values('caffe')[5]).toBeCloseTo(10 - 123.68, 4);
    // PyTorch's Normalize with ImageNet's means and deviations.
    expect(values('torch')[0]).toBeCloseTo((1 - 0.485) / 0.229, 5);
    expect(values('torch')[5]).toBeCloseTo((30 / 255 - 0.406) / 0.225, 5);
    expect(values({ mean: [5, 10, 15], std: [5, 10, 15] }).slice(3)).toEqual([1, 1, 1]);
    expect(values({ mean: 10 }).slice(3)).toEqual([0, 10, 20]);
  });

  test('reads views in their own order', () => {
    const turned = rgb.transpose(0, 2, 1, 3).step(1, -1, 1, 1);
    expect(Array.from(preprocessImages(turned, 'none').data)).toEqual([10, 20, 30, 255, 0, 51]);
  });

  test.each([
    [
      'imagenet',
      "how is 'imagenet', expected one of 'none', 'unit', 'tf', 'caffe', 'torch' or an object of mean and std",
    ],
    ['cafe', "did you mean 'caffe'?"],
    [{ means: 1 }, "there is no option means; did you mean 'mean'?"],
    [{ mean: '1' }, "mean is '1', expected a finite number, or a list of them"],
    [{ mean: [1, Number.NaN] }, 'mean is'],
    [{ std: 0 }, 'std is 0, expected a number > 0, or a list of them'],
    [7, 'how is 7'],
  ])('refuses %j', (how, message) => {
    const refused = () => preprocessImages(rgb, how as Preprocessing);
    expect(refused).toThrow(ValueError);
    expect(refused).toThrow(`preprocessImages: ${message}`.replace(/^.*did you/, 'did you'));
  });

  test('refuses numbers that do not fit the channels', () => {
    expect(() => preprocessImages(rgb, { mean: [1, 2] })).toThrow(ShapeError);
    expect(() => preprocessImages(rgb, { mean: [1, 2, 3], std: [1, 2] })).toThrow(
      /std has 2 numbers, images 3 channels/,
    );
  });
});

describe('toCategorical', () => {
  test('puts a one at the label', () => {
    const rows = toCategorical(ndarray(Int32Array.of(2, 0), [2]));
    expect(rows.shape).toEqual([2, 3]);
    expect(Array.from(rows.data)).toEqual([0, 0, 1, 1, 0, 0]);
    expect(toCategorical(ndarray(Int32Array.of(1), [1]), 4).shape).toEqual([1, 4]);
  });

  test('refuses labels that are not classes', () => {
    expect(() => toCategorical(ndarray(Int32Array.of(0, 3), [2]), 3)).toThrow(/label 1 is 3, expected 0 to 2/);
    expect(() => toCategorical(ndarray(Int32Array.of(-1), [1]), 3)).toThrow(ValueError);
    expect(() => toCategorical(ndarray(Int32Array.of(1), [1]), 2.5)).toThrow(/classes is 2.5, expected an integer/);
  });
});

describe('choosing images', () => {
  const labels = [0, 0, 1, 2, 1, 0, 2, 1, 0, 0];
  const set = {
    images: ndarray(
      Uint8Array.from({ length: 20 }, (_, i) => i),
      [10, 1, 2, 1],
    ),
    labels: ndarray(Int32Array.from(labels), [10]),
  };

  test('takes equally many of each class, in order', () => {
    const six = takeBalanced(set, 6);
    expect(Array.from(six.labels.data)).toEqual([0, 0, 1, 2, 1, 2]);
    expect(Array.from(six.images.data)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 12, 13]);
    expect(Array.from(takeBalanced(set, 4).labels.data)).toEqual([0, 0, 1, 2]);
    expect(Array.from(takeBalanced(set, 9).labels.data)).toEqual([0, 0, 1, 2, 1, 0, 2, 1, 0]);
    expect(takeBalanced(set, 10)).toBe(set);
    expect(() => takeBalanced(set, 0)).toThrow(ValueError);
    expect(() => takeBalanced(set, 1.5)).toThrow(ValueError);
  });

  test('splits every class in the same proportion', () => {
    const { train, validation } = trainValidationSplit(set, 0.4);
    expect(Array.from(validation.labels.data)).toEqual([2, 1, 0, 0]);
    expect(Array.from(train.labels.data)).toEqual([0, 0, 1, 2, 1, 0]);
    expect(Array.from(validation.images.data)).toEqual([12, 13, 14, 15, 16, 17, 18, 19]);
    expect(() => trainValidationSplit(set, 1)).toThrow(ValueError);
    expect(() => trainValidationSplit(set, 0.01)).toThrow(/leaves one part empty/);
  });

  test('copies rows of a view', () => {
    const backwards = { images: set.images.step(-1, 1, 1, 1), labels: set.labels.step(-1) };
    expect(Array.from(takeRows(backwards, [0, 9]).images.data)).toEqual([18, 19, 0, 1]);
    expect(Array.from(takeRows(backwards, [1, 2]).labels.data)).toEqual([0, 1]);
  });

  test('refuses rows and labels that are none', () => {
    expect(() => takeRows(set, [0, 10])).toThrow(/row number 1 is 10, expected 0 to 9/);
    expect(() => takeRows(set, [-1])).toThrow(ValueError);
    const unlabelled = { ...set, labels: ndarray(new Int32Array(10).fill(-1), [10]) };
    expect(() => takeBalanced(unlabelled, 5)).toThrow(/label 0 is -1, expected a class number/);
  });
});
