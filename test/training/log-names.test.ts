import '../../src/ops/methods.js';
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { Metric, Precision, Recall } from '../../src/metrics/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { tensor } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import type { CompileOptions } from '../../src/training/model/compile.js';
import { startBackend } from '../support/backends.js';

/* What logs, `measure` and `evaluate` call several numbers of a kind, which Keras numbers in the same way. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

function heads(count: number, options: Omit<CompileOptions, 'optimizer' | 'loss'>): Model {
  const inputs = input({ shape: [2] });
  const outputs = Array.from({ length: count }, (_, i) =>
    layers.dense({ units: 2, activation: 'sigmoid', kernelInitializer: 'identity', name: `head${i}` }).apply(inputs),
  );
  const made = model({ inputs, outputs });
  made.compile({ optimizer: 'sgd', loss: 'mse', ...options });
  return made;
}

const x = [
  [-1, 2],
  [0.5, -3],
  [1, 1],
];
const y = [
  [0, 1],
  [1, 0],
  [0, 1],
];

/** Smallest and largest prediction of the last batch. */
class Range extends Metric {
  private ends: readonly number[] = [0, 0];

  override contribution(_: Tensor, yPred: Tensor) {
    return { sums: tensor([yPred.min().dataSync()[0], yPred.max().dataSync()[0]]), count: 1 };
  }
  override add(sums: ArrayLike<number>) {
    this.ends = Array.from(sums);
  }
  override result() {
    return this.ends;
  }
  override resetState() {
    this.ends = [0, 0];
  }
}

describe('names in logs', () => {
  test('two metrics with the same name are numbered; the weighted one of a pair is marked', async () => {
    const metrics = [new Precision({ thresholds: 0.4 }), new Precision({ thresholds: 0.7 }), 'mae'];
    const made = heads(1, { metrics, weightedMetrics: ['mae', 'mae', 'mape'] });
    const names = ['loss', 'precision', 'precision_1', 'mae', 'weighted_mae', 'weighted_mae_1', 'mape'];
    expect(made.metricsNames).toEqual(names);
    const { history } = await made.fit(x, y, { epochs: 1 });
    expect(Object.keys(history)).toEqual(names);
    expect(history.precision[0]).not.toBe(history.precision_1[0]);
  });

  test('a list of thresholds is a number each, with its threshold', async () => {
    const made = heads(1, { metrics: [new Recall({ thresholds: [0.25, 0.7], name: 'found' })] });
    const logs = await made.measure(x, y);
    // Sigmoids: 0.27, 0.88 | 0.62, 0.05 | 0.73, 0.73.
    expect(logs).toMatchObject({ 'found_0.25': 1, 'found_0.7': 2 / 3 });
    const evaluated = made.evaluate(x, y) as Tensor[];
    expect(evaluated.map((each) => each.dataSync()[0])).toEqual(Object.values(logs).map(Math.fround));
    for (const each of evaluated) each.dispose();
  });

  test('a custom metric may return several', async () => {
    const made = heads(1, { metrics: [new Range('range')] });
    const logs = await made.measure(x, y);
    expect(Object.keys(logs)).toEqual(['loss', 'range_0', 'range_1']);
    expect(logs.range_0).toBeCloseTo(1 / (1 + Math.exp(3)), 5);
    expect(logs.range_1).toBeCloseTo(1 / (1 + Math.exp(-2)), 5);
  });

  test('outputs keep theirs apart', () => {
    const made = heads(2, { metrics: [['mae', 'mae'], ['mae']] });
    expect(made.metricsNames.slice(3)).toEqual(['head0_mae', 'head0_mae_1', 'head1_mae']);
  });
});
