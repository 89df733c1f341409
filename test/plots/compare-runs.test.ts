import { describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { compareRuns } from '../../src/plots/index.js';
import { parseXml, texts } from './xml.js';

const runs = [
  { name: 'VGG-16', history: { val_loss: [4.6, 3.82], val_acc: [0.016, 0.1316] } },
  { name: '<VGG-19>', history: { val_loss: [4.6, 4.5, 4.4], val_acc: [0.01, 0.02, 0.03] } },
  { name: 'ResNet', history: { val_loss: [3.9, 3.5], val_acc: [0.11, 0.192] } },
];
const legend = (svg: string) => texts(parseXml(svg)).filter((text) => /VGG|ResNet/.test(text));

describe('compareRuns', () => {
  test('names the runs, the best at its end first', () => {
    expect(legend(compareRuns(runs, 'val_acc'))).toEqual(['ResNet  0.1920', 'VGG-16  0.1316', '<VGG-19>  0.03']);
  });

  test('has the least loss first', () => {
    expect(legend(compareRuns(runs, 'val_loss'))).toEqual(['ResNet  3.50', 'VGG-16  3.82', '<VGG-19>  4.40']);
  });

  test('leaves out runs without the metric, and says so when all are', () => {
    expect(legend(compareRuns([...runs, { name: 'VGG without', history: { loss: [1] } }], 'val_acc'))).toHaveLength(3);
    expect(() => compareRuns(runs, 'val_accuracy')).toThrow(
      new ValueError("compareRuns: no run has the metric 'val_accuracy', they have val_loss, val_acc"),
    );
    expect(() => compareRuns([], 'loss')).toThrow(ValueError);
  });

  test('leaves the list of runs as it was', () => {
    const given = [...runs];
    compareRuns(given, 'val_acc');
    expect(given).toEqual(runs);
  });
});
