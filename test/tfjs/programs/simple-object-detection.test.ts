import { test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const SIDE = 16;

test(`simple-object-detection: a loss of the program weighs kind and box (${NEEDS_TFJS})`, async () => {
  tf.setSeed(5);
  const images = tf.buffer([16, SIDE, SIDE, 3]);
  const targets = Array.from({ length: 16 }, (_, i) => {
    const left = (i * 3) % 10;
    const top = (i * 5) % 10;
    for (let y = top; y < top + 4; y++) for (let x = left; x < left + 4; x++) images.set(1, i, y, x, i % 3);
    return [Number(i % 2 === 0) * SIDE, left, left + 4, top, top + 4];
  });
  const weights = tf.tensor1d([SIDE, 1, 1, 1, 1]);
  const loss = (labels: tf.Tensor, predictions: tf.Tensor): tf.Tensor =>
    tf.tidy(() => tf.metrics.meanSquaredError(labels.mul(weights), predictions.mul(weights)));
  const model = tf.sequential();
  model.add(tf.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [SIDE, SIDE, 3] }));
  model.add(tf.layers.averagePooling2d({ poolSize: 2 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 16, activation: 'relu' }));
  model.add(tf.layers.dense({ units: 5 }));
  model.compile({ optimizer: tf.train.rmsprop(5e-3), loss });
  const { history } = await model.fit(images.toTensor(), tf.tensor2d(targets), { epochs: 6, batchSize: 8 });
  expectFalling(history.loss as number[]);
  await checkSaved(model, [2, SIDE, SIDE, 3]);
});
