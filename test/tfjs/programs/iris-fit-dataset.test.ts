import { test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

/** Three clusters, one a class. */
function flowers(count: number): { xs: number[]; ys: number[] }[] {
  return Array.from({ length: count }, (_, i) => ({
    xs: [0, 1, 2, 3].map((feature) => (i % 3) + Math.sin(i * 7 + feature * 3) * 0.3),
    ys: [0, 1, 2].map((kind) => Number(kind === i % 3)),
  }));
}

test(`iris with fitDataset and validation data (${NEEDS_TFJS})`, async () => {
  tf.setSeed(1);
  const samples = flowers(60);
  const training = tf.data.array(samples.slice(0, 45)).shuffle(45).batch(15);
  const validation = tf.data.array(samples.slice(45)).batch(15);
  const model = tf.sequential();
  model.add(tf.layers.dense({ units: 10, activation: 'sigmoid', inputShape: [4] }));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  model.summary();
  model.compile({ optimizer: tf.train.adam(0.05), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const seen: number[] = [];
  const { history } = await model.fitDataset(training, {
    epochs: 12,
    validationData: validation,
    callbacks: {
      onEpochEnd: async (epoch, logs) => {
        seen.push(logs!.val_loss as number);
        await tf.nextFrame();
        if (epoch > 100) model.stopTraining = true;
      },
    },
  });
  expectFalling(history.loss as number[]);
  expectFalling(seen);
  await checkSaved(model, [5, 4]);
});
