import { beforeAll, beforeEach, expect, test } from 'vitest';
import { findingsOf } from '../../src/cli/run/findings.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { learningCurves } from '../../src/plots/charts/curves.js';
import { axisScale, spikeOf } from '../../src/plots/charts/spikes.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(clearSession);

function withBatchNorm(momentum: number) {
  const model = sequential();
  model.add(layers.dense({ units: 2, inputShape: [3] }));
  model.add(layers.batchNormalization({ momentum }));
  return model;
}

/** The shape of ResNet-50 on SIGNS: chance for eight epochs of 34 steps, then nearly as good as training. */
const lagging = {
  loss: [1.9, 0.8, 0.4, 0.2, 0.2, 0.15, 0.1, 0.1, 0.1, 0.08, 0.08, 0.07],
  accuracy: [0.35, 0.7, 0.85, 0.92, 0.93, 0.95, 0.96, 0.96, 0.96, 0.97, 0.97, 0.98],
  val_loss: [1.9, 2, 2.4, 2.6, 2.6, 2.4, 2, 1.8, 0.4, 0.3, 0.3, 0.25],
  val_accuracy: [0.17, 0.17, 0.17, 0.17, 0.17, 0.17, 0.17, 0.2, 0.9, 0.92, 0.93, 0.94],
};

test('lagging averages are reported with their cause and remedy', () => {
  const [finding, ...others] = findingsOf(withBatchNorm(0.99), lagging, 34, 0);
  expect(finding).toContain('lags behind training in 7 of 12 epochs, 20% compared with 96% in epoch 8');
  expect(finding).toContain('at momentum 0.99 take about 500 steps to converge, and an epoch has 34');
  expect(others).toEqual([]);
  // Without batch normalization, and with many steps, that is not the cause.
  expect(findingsOf(sequential({ layers: [layers.dense({ units: 2, inputShape: [3] })] }), lagging, 34, 0)).toEqual([]);
  expect(findingsOf(withBatchNorm(0.99), lagging, 5000, 0)).toEqual([]);
});

test('overfitting, skipped images and a spike are reported', () => {
  const history = {
    loss: [1, 0.8, 0.6, 0.4, 0.3],
    val_loss: [1, 0.9, 0.95, 1.1, 1.3],
    accuracy: [0.5, 0.6, 0.7, 0.8, 0.9],
    val_accuracy: [0.5, 0.6, 0.6, 0.6, 0.6],
  };
  const model = withBatchNorm(0.5);
  expect(findingsOf(model, history, 100, 2).map((each) => each.slice(0, 40))).toEqual([
    'Validation was best in epoch 2, with a l',
    '2 images could not be read and were skip',
  ]);
  const spiked = { loss: Array(10).fill(0.5), val_loss: [...Array(6).fill(0.6), 6000, 0.6, 0.6, 0.5] };
  expect(findingsOf(model, spiked, 100, 0)).toEqual([
    expect.stringContaining('The validation loss is 6,000 in epoch 7 alone'),
  ]);
});

test('a chart that a spike would flatten ends above the ninth decile, and notes it', () => {
  const loss = Array(10).fill(0.5);
  const spiked = [...Array(6).fill(0.6), 6000, 0.6, 0.6, 0.5];
  expect(spikeOf([loss, spiked])).toEqual({ limit: 0.6 * 1.5, largest: 6000, index: 6 });
  expect(learningCurves({ loss, val_loss: spiked })).toContain('cut off: 6000 in epoch 7');
  // A loss that falls from a high start is not a spike; neither are short or rising curves.
  for (const curve of [
    [9, 5, 3, 2, 1.5, 1.2, 1.1, 1, 0.9, 0.9],
    [1, 900],
    [1, 2, 4, 8, 16, 32, 64, 128, 256, 512],
  ]) {
    expect(spikeOf([curve])).toBeNull();
  }
});

test('a chart whose values span orders of magnitude has a logarithmic axis, and notes it', () => {
  const history = { loss: [17, 5, 4.5, 4.3, 4.2, 4.1], val_loss: [1444.3, 900, 100, 20, 5, 4.6] };
  expect(axisScale(Object.values(history))).toEqual({ kind: 'logarithmic' });
  expect(learningCurves(history)).toContain('logarithmic axis');
  for (const curve of [[2.3, 1.2, 0.9], [1, 0.1, 0.05], [0, 0.5, 900], [1]]) {
    expect(axisScale([curve]), String(curve)).toEqual({ kind: 'whole' });
  }
});
