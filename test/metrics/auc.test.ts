import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { AUC, type AUCOptions } from '../../src/metrics/index.js';
import { tensor } from '../../src/ops/creation.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { startBackend } from '../support/backends.js';

/* Areas under curves, compared with Keras 3.15.1's; test/fixtures/keras/auc.py makes the numbers. */

interface KerasAreas {
  readonly predictions: number[][];
  readonly labels: number[][];
  readonly weights: number[];
  readonly results: readonly { options: Record<string, unknown>; area: number; weighted: number }[];
}

const keras: KerasAreas = JSON.parse(readFileSync(new URL('../fixtures/keras/auc.json', import.meta.url), 'utf8'));

const camel = (options: Record<string, unknown>): AUCOptions =>
  Object.fromEntries(
    Object.entries(options).map(([key, value]) => [key.replace(/_([a-z])/g, (_, next) => next.toUpperCase()), value]),
  );

/** The area after the two batches of the fixture. */
function areaOf(options: AUCOptions, weighted: boolean): number {
  const before = memory();
  const metric = new AUC(options);
  tidy(() => {
    for (const [start, end] of [
      [0, 12],
      [12, 20],
    ]) {
      const predictions = keras.predictions.slice(start, end);
      const given = options.fromLogits ? predictions.map((row) => row.map((p) => 4 * p - 2)) : predictions;
      const weights = weighted ? tensor(keras.weights.slice(start, end)) : undefined;
      metric.updateState(tensor(keras.labels.slice(start, end)), tensor(given), weights);
    }
  });
  expect(memory()).toEqual(before);
  return metric.result();
}

beforeAll(async () => void (await startBackend('cpu')));

describe('as in Keras', () => {
  test('the fixture has every curve, every summation and every option', () => {
    expect(keras.results).toHaveLength(3 * 3 * 7);
  });

  test.each(
    keras.results.map(({ options, area, weighted }) => [JSON.stringify(options), options, area, weighted] as const),
  )('%s', (_, options, area, weighted) => {
    expect(areaOf(camel(options), false)).toBeCloseTo(area, 5);
    expect(areaOf(camel(options), true)).toBeCloseTo(weighted, 5);
  });
});

describe('the curve of precision over recall', () => {
  // Two thresholds inside: 1 of 1, then 3 of 5, then 4 of 9, then all 4 of 12 are found.
  const labels = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0];
  const scores = [0.9, 0.6, 0.6, 0.6, 0.6, 0.4, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1];

  test('is the area that small steps along straight counts give', () => {
    const corners = [
      [0, 0],
      [1, 1],
      [3, 5],
      [4, 9],
      [4, 12],
    ];
    let area = 0;
    const steps = 20_000;
    for (let corner = 1; corner < corners.length; corner++) {
      const [t0, p0] = corners[corner - 1];
      const [t1, p1] = corners[corner];
      for (let step = 0; step < steps; step++) {
        const middle = (step + 0.5) / steps;
        area += ((t0 + middle * (t1 - t0)) / (p0 + middle * (p1 - p0))) * ((t1 - t0) / steps / 4);
      }
    }
    const metric = new AUC({ curve: 'PR', thresholds: [0.8, 0.5, 0.2] });
    tidy(() => metric.updateState(tensor(labels, [12, 1]), tensor(scores, [12, 1])));
    expect(metric.result()).toBeCloseTo(area, 6);
  });

  test('is between the lower and the upper sum, and 1 if all predictions are right', () => {
    const area = (summationMethod: AUCOptions['summationMethod'], p: number[]) => {
      const metric = new AUC({ curve: 'PR', summationMethod });
      tidy(() => metric.updateState(tensor(labels, [12, 1]), tensor(p, [12, 1])));
      return metric.result();
    };
    expect(area('minoring', scores)).toBeLessThan(area('interpolation', scores));
    expect(area('majoring', scores)).toBeGreaterThan(area('interpolation', scores));
    expect(area('interpolation', labels)).toBe(1);
    expect(new AUC({ curve: 'PR' }).result()).toBe(0);
  });
});

describe('wrong options', () => {
  const update = (options: AUCOptions, ...shape: number[]) =>
    tidy(() => new AUC(options).updateState(tensor([1, 0, 1], shape), tensor([1, 0, 1], shape)));

  test.each<[() => unknown, new (message?: string) => Error, string]>([
    [
      () => new AUC({ curve: 'LIFT' as never }),
      ValueError,
      "auc: curve is 'LIFT', expected one of 'ROC', 'PR', 'PRGAIN'",
    ],
    [() => new AUC({ numThreshold: 10 } as never), ValueError, "no option numThreshold; did you mean 'numThresholds'?"],
    [() => new AUC({ summationMethod: 'left' as never }), ValueError, "auc: summationMethod is 'left'"],
    [
      () => new AUC({ thresholds: [0.2, 1.5] }),
      ValueError,
      'auc: thresholds is [0.2,1.5], expected a list, each a number in [0, 1]',
    ],
    [
      () => new AUC({ labelWeights: [1, -1] }),
      ValueError,
      'auc: labelWeights is [1,-1], expected a list, each a number ≥ 0',
    ],
    [() => update({ labelWeights: [1, 2] }, 1, 3), ShapeError, 'auc: 2 labelWeights, expected 3, one a label'],
    [() => update({ multiLabel: true }, 3), ShapeError, 'auc: yPred is [3], expected [batch, labels]'],
  ])('%#', (call, error, message) => {
    expect(call).toThrow(error);
    expect(call).toThrow(message);
  });

  test('batches with other numbers of labels', () => {
    const metric = new AUC({ multiLabel: true });
    tidy(() => metric.updateState(tensor([[1, 0, 1]]), tensor([[1, 0, 1]])));
    expect(() => tidy(() => metric.updateState(tensor([[1, 0]]), tensor([[1, 0]])))).toThrow('2 labels, expected 3');
  });
});
