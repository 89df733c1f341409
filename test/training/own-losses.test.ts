import '../../src/ops/methods.js';
import { afterEach, beforeAll, expect, test } from 'vitest';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { isNaN, logicalNot, where } from '../../src/ops/comparison.js';
import { oneHot } from '../../src/ops/creation.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/* A loss that is a function of one's own takes labels as they are: what they must be is its own affair. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

type OwnLoss = (yTrue: Tensor, yPred: Tensor) => Tensor;

/** Outputs equal to the inputs. */
function identity(units: number, loss: OwnLoss, metrics: OwnLoss[] = []) {
  const made = sequential({
    layers: [layers.dense({ units, kernelInitializer: 'identity', inputShape: [units] })],
  });
  made.compile({ optimizer: 'sgd', loss, metrics });
  return made;
}

test('labels that are NaN are left out by a loss that masks them', async () => {
  const masked: OwnLoss = (yTrue, yPred) => {
    const known = logicalNot(isNaN(yTrue));
    // Before the arithmetic, not after it: a gradient of 0 times NaN is NaN.
    const labels = where(known, yTrue, yPred);
    return labels.sub(yPred).square().sum(-1).div(known.cast('float32').sum(-1));
  };
  const made = identity(2, masked);
  const { history } = await made.fit([[1, 5]], [[3, Number.NaN]], { epochs: 2 });
  expect(history.loss[0]).toBe(4);
  expect(history.loss[1]).toBeLessThan(4);
  expect(made.getWeights()[0].arraySync()).toEqual([
    [expect.any(Number), 0],
    [expect.any(Number), 1],
  ]);
});

test('class numbers with one output per class', async () => {
  const hingeOfClass: OwnLoss = (yTrue, yPred) => oneHot(yTrue.cast('int32'), 3).mul(yPred).sum(-1).neg();
  const logs = await identity(3, hingeOfClass).measure([[1, 2, 4]], [2]);
  expect(logs.loss).toBe(-4);
});

test('[batch] with [batch, 1] is one number per sample, in the loss and in a metric', async () => {
  const distance: OwnLoss = (yTrue, yPred) => yTrue.sub(yPred).abs().mean(-1);
  const logs = await identity(1, distance, [distance]).measure([[1], [2]], [1, 2]);
  expect(logs).toEqual({ loss: 0, distance: 0 });
});
