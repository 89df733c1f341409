import { describe, expect, test } from 'vitest';
import { loadModel, resumeTraining } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import type { Optimizer } from '../../src/optim/optimizer.js';
import { optimizerFromConfig } from '../../src/optim/registry.js';
import { exponentialDecay } from '../../src/optim/schedules.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { expectFormatError, FORMATS, onCpu, smallData, smallSequential, valuesOf } from './helpers.js';

/* Four epochs at a stretch, and two, a file, and two: the same losses and weights, to the bit. */

const OPTIMIZERS: readonly (readonly [string, () => Optimizer])[] = [
  ['adam', () => optimizerFromConfig('adam', { learningRate: 0.003 })],
  ['SGD with momentum', () => optimizerFromConfig('sgd', { momentum: 0.9, nesterov: true })],
  ['RMSprop', () => optimizerFromConfig('rmsprop', { momentum: 0.5, centered: true })],
  [
    'a schedule',
    () =>
      optimizerFromConfig('adam', {
        learningRate: exponentialDecay({ initialLearningRate: 0.01, decaySteps: 3, decayRate: 0.7 }),
      }),
  ],
];

onCpu();
const { x, y } = smallData(50);

function start(optimizer: Optimizer) {
  setSeed(11);
  const model = smallSequential();
  model.compile({ optimizer, loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  return model;
}

describe.each(FORMATS)('training resumed from %s', (format) => {
  test.each(OPTIMIZERS)('continues exactly with %s', async (_, optimizer) => {
    const whole = start(optimizer());
    const { history: expected } = await whole.fit(x, y, { epochs: 4, batchSize: 16 });

    const first = start(optimizer());
    await first.fit(x, y, { epochs: 2, batchSize: 16 });
    const bytes = await encodeModel(first, format);
    // Whatever else happens in between must not matter.
    setSeed(99);
    uniformValues(1000);
    first.dispose();
    const { model, epoch } = await resumeTraining(bytes);
    expect(epoch).toBe(2);
    const { history } = await model.fit(x, y, { initialEpoch: epoch, epochs: 4, batchSize: 16 });
    expect(history.loss).toEqual(expected.loss.slice(2));
    expect(history.accuracy).toEqual(expected.accuracy.slice(2));
    expect(valuesOf(model.getWeights())).toEqual(valuesOf(whole.getWeights()));
  });
});

test('continues exactly from a file that a callback saved, of a model that was trained before', async () => {
  const train = (model: ReturnType<typeof start>, saved: Uint8Array[] = []) =>
    model.fit(x, y, {
      epochs: 4,
      batchSize: 16,
      callbacks: { onEpochEnd: async () => void saved.push(await encodeModel(model, 'keras')) },
    });
  const whole = start(optimizerFromConfig('adam'));
  await train(whole);
  const saved: Uint8Array[] = [];
  const { history: expected } = await train(whole, saved);
  const { model, epoch } = await resumeTraining(saved[1]);
  expect(epoch).toBe(2);
  const { history } = await model.fit(x, y, { initialEpoch: epoch, epochs: 4, batchSize: 16 });
  expect(history.loss).toEqual(expected.loss.slice(2));
});

test('needs a file that says where training stood', async () => {
  const bytes = await encodeModel(smallSequential(), 'keras');
  await expectFormatError(resumeTraining(bytes), /no position of training/);
});

test('does not change the random stream when a model is only loaded', async () => {
  const model = start(optimizerFromConfig('sgd'));
  const bytes = await encodeModel(model, 'keras');
  setSeed(3);
  const expected = uniformValues(4);
  setSeed(3);
  await loadModel(bytes, { compile: false });
  // Layers draw seeds for weights that are then loaded; the stream goes on, but is not set back to the file's.
  setSeed(3);
  expect(uniformValues(4)).toEqual(expected);
});
