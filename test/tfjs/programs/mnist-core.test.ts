import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { expectFalling } from './check-saved.js';

test('mnist-core: variables, convolutions and optimizer.minimize, without a model and without leaks', () => {
  tf.setSeed(7);
  const buffer = tf.buffer([12, 8, 8, 1]);
  const kinds = Array.from({ length: 12 }, (_, i) => i % 3);
  for (const [i, kind] of kinds.entries()) for (let y = 0; y < 8; y++) buffer.set(1, i, y, kind * 2, 0);
  const xs = buffer.toTensor() as tf.Tensor4D;
  const ys = tf.oneHot(tf.tensor1d(kinds, 'int32'), 3).toFloat();
  const filters = tf.variable(tf.randomNormal([3, 3, 1, 4], 0, 0.1) as tf.Tensor4D);
  const weights = tf.variable(tf.truncatedNormal([64, 3], undefined, 0.125));
  const bias = tf.variable(tf.zeros([3]));
  const optimizer = tf.train.sgd(0.1);
  const predict = (images: tf.Tensor4D) =>
    tf.tidy(() => {
      const pooled = images.conv2d(filters, 1, 'same').relu().maxPool([2, 2], 2, 'same');
      return pooled.reshape([images.shape[0], -1]).matMul(weights).add(bias);
    });
  const losses: number[] = [];
  let alive = 0;
  for (let step = 0; step < 10; step++) {
    const cost = optimizer.minimize(() => tf.losses.softmaxCrossEntropy(ys, predict(xs)).mean() as tf.Scalar, true, [
      filters,
      weights,
      bias,
    ])!;
    losses.push(cost.dataSync()[0]);
    cost.dispose();
    if (step === 0) alive = tf.memory().numTensors;
  }
  expectFalling(losses);
  expect(tf.memory().numTensors).toBe(alive);
});
