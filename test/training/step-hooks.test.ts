import '../../src/ops/methods.js';
import { afterEach, beforeAll, expect, test } from 'vitest';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { sgd } from '../../src/optim/index.js';
import { memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables } from '../../src/tensor/variable.js';
import type { CallbackFunctions } from '../../src/training/callbacks/index.js';
import { startBackend } from '../support/backends.js';

/* Callbacks that see gradients and predictions, which exist only while a step runs. */

beforeAll(async () => void (await startBackend('cpu')));
afterEach(() => disposeVariables());

const x = [[1], [2], [3], [4]];
const y = [[3], [5], [7], [9]];
const RATE = 0.125;

function line() {
  const model = sequential([layers.dense({ units: 1, kernelInitializer: 'zeros', inputShape: [1] })]);
  model.compile({ optimizer: sgd(RATE), loss: 'meanSquaredError' });
  return model;
}

test('onGradients has the gradients of each step before its update', async () => {
  const model = line();
  const seen: { gradients: number[]; values: number[]; names: string[] }[] = [];
  await model.fit(x, y, {
    batchSize: 4,
    epochs: 2,
    callbacks: {
      onGradients: (gradients, variables) =>
        seen.push({
          gradients: gradients.map((gradient) => gradient!.dataSync()[0]),
          values: variables.map((variable) => variable.dataSync()[0]),
          names: variables.map(({ name }) => name),
        }),
    } satisfies CallbackFunctions,
  });
  expect(seen[0].names).toEqual(['dense/kernel', 'dense/bias']);
  expect(seen[0].values).toEqual([0, 0]);
  // Of the mean of (w·x + b − y)² at w = b = 0: −2·mean(x·y) = −2·(3 + 10 + 21 + 36)/4, and −2·mean(y).
  expect(seen[0].gradients).toEqual([-35, -12]);
  expect(seen[1].values).toEqual(seen[0].gradients.map((gradient) => -RATE * gradient));
});

test('onTestPredictions has the outputs of each batch of a validation, with its labels', async () => {
  const model = line();
  const predicted: number[] = [];
  const labels: number[] = [];
  const callbacks: CallbackFunctions = {
    onTestPredictions([output], [label]) {
      predicted.push(...output.dataSync());
      labels.push(...label.dataSync());
    },
  };
  // Weights are allocated when they are first read.
  (model.predict(x) as Tensor).dispose();
  const before = memory().numTensors;
  await model.fit(x, y, { epochs: 1, validationData: [x, y], validationBatchSize: 3, callbacks });
  const own = memory().numTensors - before;
  expect(labels).toEqual(y.flat());
  expect(predicted).toEqual([...(model.predict(x) as Tensor).dataSync()]);
  expect(own).toBe(0);
  predicted.length = 0;
  await model.measure(x, y, { callbacks });
  expect(predicted).toHaveLength(4);
});
