import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { sparseTopKCategoricalAccuracy, topKCategoricalAccuracy } from '../../src/metrics/accuracy.js';
import { Precision, Recall, type ThresholdOptions } from '../../src/metrics/index.js';
import { metric } from '../../src/metrics/registry.js';
import { oneHot, tensor } from '../../src/ops/creation.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { startBackend } from '../support/backends.js';

/*
 * Precision, recall and top-k accuracies, compared with Keras 3.15.1's; test/fixtures/keras/precision.py makes the
 * numbers.
 */

/** Of precision and of recall. */
type Results = readonly [number | number[], number | number[]];

interface KerasResults {
  readonly predictions: number[][];
  readonly labels: number[][];
  readonly weights: number[];
  readonly classes: number[];
  readonly cases: readonly {
    readonly options: { thresholds?: number | number[]; top_k?: number; class_id?: number };
    readonly plain: Results;
    readonly weighted: Results;
  }[];
  readonly hits: Readonly<Record<string, number[]>>;
}

const keras: KerasResults = JSON.parse(
  readFileSync(new URL('../fixtures/keras/precision.json', import.meta.url), 'utf8'),
);

/** Both metrics after the fixture's two batches. */
function resultsOf(options: ThresholdOptions, weighted: boolean): number[][] {
  const before = memory();
  const both = [new Precision(options), new Recall(options)];
  tidy(() => {
    for (const [start, end] of [
      [0, 12],
      [12, 20],
    ]) {
      const weights = weighted ? tensor(keras.weights.slice(start, end)) : undefined;
      const [labels, predictions] = [keras.labels, keras.predictions].map((rows) => tensor(rows.slice(start, end)));
      for (const each of both) each.updateState(labels, predictions, weights);
    }
  });
  expect(memory()).toEqual(before);
  return both.map((each) => [each.result()].flat());
}

beforeAll(async () => void (await startBackend('cpu')));

describe('precision and recall as Keras has them', () => {
  test('the fixture has every option', () => expect(keras.cases).toHaveLength(5 * 3 * 3));

  test.each(keras.cases.map((each) => [JSON.stringify(each.options), each] as const))('%s', (_, each) => {
    const { thresholds, top_k: topK, class_id: classId } = each.options;
    for (const kind of ['plain', 'weighted'] as const) {
      const found = resultsOf({ thresholds, topK, classId }, kind === 'weighted');
      for (const [index, expected] of each[kind].entries()) {
        const numbers = [expected].flat();
        expect(found[index]).toHaveLength(numbers.length);
        for (const [i, number] of numbers.entries()) expect(found[index][i]).toBeCloseTo(number, 5);
      }
    }
  });

  test('a list of thresholds gives a list, with separate names in logs; one number gives a number', () => {
    const several = new Precision({ thresholds: [0.3, 0.75] });
    expect(several.result()).toEqual([0, 0]);
    expect(several.logNames('val_p')).toEqual(['val_p_0.3', 'val_p_0.75']);
    const one: number = new Recall({ thresholds: 0.3 }).result();
    expect(one).toBe(0);
    expect(new Recall({ thresholds: [0.3] }).logNames('recall')).toEqual(['recall']);
  });

  test('what makes one again', () => {
    const config = { name: 'p', thresholds: [0.3, 0.7], topK: 2, classId: 1 };
    expect(new Precision(config).getConfig()).toEqual(config);
    expect(metric('recall', config).getConfig()).toEqual(config);
    expect(new Recall().getConfig()).toEqual({ name: 'recall', thresholds: null, topK: null, classId: null });
  });
});

describe('top-k accuracies as Keras has them', () => {
  test.each(Object.entries(keras.hits))('k %s of four classes, some of equal predictions', (k, hits) => {
    const before = memory();
    tidy(() => {
      const predictions = tensor(keras.predictions);
      const classes = tensor(keras.classes, [20], 'int32');
      expect([...sparseTopKCategoricalAccuracy(classes, predictions, Number(k)).dataSync()]).toEqual(hits);
      expect([...topKCategoricalAccuracy(oneHot(classes, 4), predictions, Number(k)).dataSync()]).toEqual(hits);
    });
    expect(memory()).toEqual(before);
  });

  test('NaN is not a hit, nor is a class that does not exist, however large k is', () => {
    tidy(() => {
      const predictions = tensor([
        [Number.NaN, 0.2, 0.1],
        [0.1, Number.NaN, 0.3],
        [0.1, 0.2, 0.3],
      ]);
      const hits = sparseTopKCategoricalAccuracy(tensor([0, 2, 3], [3], 'int32'), predictions, 5);
      expect([...hits.dataSync()]).toEqual([0, 1, 0]);
    });
  });
});

describe('wrong options', () => {
  const update = (options: ThresholdOptions, ...shape: number[]) =>
    tidy(() => new Precision(options).updateState(tensor([1, 0, 1], shape), tensor([1, 0, 1], shape)));

  test.each<[() => unknown, new (message?: string) => Error, string]>([
    [() => new Precision({ threshold: 0.3 } as object), ValueError, "no option threshold; did you mean 'thresholds'?"],
    [() => new Precision({ thresholds: [] }), ValueError, 'precision: thresholds is []'],
    [() => new Recall({ thresholds: [0.1, '0.2' as never] }), ValueError, "recall: thresholds is [0.1,'0.2']"],
    [() => new Recall({ topK: 0 }), ValueError, 'recall: topK is 0, expected an integer ≥ 1'],
    [() => new Recall({ classId: -1 }), ValueError, 'recall: classId is -1, expected an integer ≥ 0'],
    [() => update({ topK: 4 }, 1, 3), ShapeError, 'precision: topK is 4, expected at most 3 for yPred [1,3]'],
    [() => update({ classId: 3 }, 1, 3), ShapeError, 'classId is 3, but yPred is [1,3], expected [batch, …, classes]'],
    [() => update({ classId: 0 }, 3), ShapeError, 'classId is 0, but yPred is [3]'],
    [() => metric('top_k_categorical_accuracy', { K: 3 } as object), ValueError, 'there is no option K'],
    [() => sparseTopKCategoricalAccuracy(tensor([0]), tensor([[1]]), 0), ValueError, 'k is 0, expected an integer ≥ 1'],
  ])('%#', (call, error, message) => {
    const before = memory();
    tidy(() => {
      expect(call).toThrow(error);
      expect(call).toThrow(message);
    });
    expect(memory()).toEqual(before);
  });
});
