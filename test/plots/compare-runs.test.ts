import { describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { compareRuns } from '../../src/plots/index.js';
import { parseXml, texts } from './xml.js';

const runs = [
  { name: 'VGG-16', history: { val_loss: [4.6, 3.82], val_acc: [0.016, 0.1316] } },
  { name: '<VGG-19>', history: { val_loss: [4.6, 4.5, 4.4], val_acc: [0.01, 0.02, 0.03] } },
  { name: 'ResNet', history: { val_loss: [3.9, 3.5], val_acc: [0.11, 0.192] } },
];
const WORDS = /VGG|ResNet|NaN|^[\d.]+$|\(\d\)$/;
/** Name, last and best value of each row below the chart. */
const legend = (svg: string) => {
  const shown = texts(parseXml(svg));
  const below = shown.slice(shown.indexOf('best (epoch)') + 1).filter((text) => WORDS.test(text));
  return below.flatMap((_, at) => (at % 3 === 0 ? [below.slice(at, at + 3).join('  ')] : []));
};

describe('compareRuns', () => {
  test('names the runs, the best at its end first', () => {
    expect(legend(compareRuns(runs, 'val_acc'))).toEqual([
      'ResNet  0.1920  0.1920 (2)',
      'VGG-16  0.1316  0.1316 (2)',
      '<VGG-19>  0.03  0.03 (3)',
    ]);
  });

  test('has the least loss first, and a run that ended without a number last', () => {
    const lost = { name: 'VGG lost', history: { val_loss: [3, Number.NaN] } };
    expect(legend(compareRuns([lost, ...runs], 'val_loss'))).toEqual([
      'ResNet  3.50  3.50 (2)',
      'VGG-16  3.82  3.82 (2)',
      '<VGG-19>  4.40  4.40 (3)',
      'VGG lost  NaN  3.00 (1)',
    ]);
  });

  test('distinguishes twelve lines by colour and dashes, and shows long names completely', () => {
    const name = (i: number) => `2026-01-31-174502-custom_resnet50_cifar100-learning-rate-0.01-seed-${i}`;
    const many = Array.from({ length: 14 }, (_, i) => ({ name: name(i), history: { loss: [2, 1 + i / 10] } }));
    const picture = compareRuns(many, 'loss');
    for (const { name } of many) expect(picture).toContain(`>${name}<`);
    const lines = [...picture.matchAll(/<line [^>]*?stroke="([^"]+)"[^>]*?(?:stroke-dasharray="([^"]+)")?\/>/g)];
    const styles = lines.map(([, colour, dashes]) => `${colour} ${dashes}`);
    expect(styles).toHaveLength(14);
    expect(new Set(styles.slice(0, 12)).size).toBe(12);
  });

  test('omits runs without the metric, and throws if no run has it', () => {
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
