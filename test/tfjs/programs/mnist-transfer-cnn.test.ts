import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const SIDE = 12;

/** Bright bars, one column a class. */
function digits(count: number, classes: number): { images: tf.Tensor4D; labels: tf.Tensor } {
  const buffer = tf.buffer([count, SIDE, SIDE, 1]);
  const classOf = Array.from({ length: count }, (_, i) => i % classes);
  for (const [i, kind] of classOf.entries()) {
    for (let row = 0; row < SIDE; row++) buffer.set(1 - Math.abs(Math.sin(i + row)) * 0.2, i, row, kind * 2, 0);
  }
  const images = buffer.toTensor() as tf.Tensor4D;
  return { images, labels: tf.oneHot(tf.tensor1d(classOf, 'int32'), classes) };
}

test(`mnist and mnist-transfer-cnn: convolutions train, freeze and train a new head (${NEEDS_TFJS})`, async () => {
  tf.setSeed(4);
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      inputShape: [SIDE, SIDE, 1],
      kernelSize: 3,
      filters: 8,
      strides: 1,
      activation: 'relu',
      kernelInitializer: 'varianceScaling',
    }),
  );
  model.add(tf.layers.maxPooling2d({ poolSize: [2, 2], strides: [2, 2] }));
  model.add(tf.layers.dropout({ rate: 0.1 }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 5, activation: 'softmax', kernelInitializer: 'varianceScaling' }));
  model.compile({ optimizer: 'rmsprop', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const first = digits(40, 5);
  const { history } = await model.fit(first.images, first.labels, {
    batchSize: 8,
    epochs: 5,
    validationSplit: 0.15,
    callbacks: { onBatchEnd: async () => tf.nextFrame() },
  });
  expectFalling(history.loss as number[]);
  await checkSaved(model, [2, SIDE, SIDE, 1]);

  for (const layer of model.layers.slice(0, 4)) layer.trainable = false;
  const before = model.layers[0].getWeights()[0].arraySync();
  const frozen = model.layers[3].output as tf.SymbolicTensor;
  const head = tf.layers.dense({ units: 3, activation: 'softmax', name: 'head' }).apply(frozen) as tf.SymbolicTensor;
  const transfer = tf.model({ inputs: model.inputs, outputs: head });
  transfer.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const second = digits(24, 3);
  const { history: later } = await transfer.fit(second.images, second.labels, { epochs: 4, batchSize: 8 });
  expectFalling(later.loss as number[]);
  expect(model.layers[0].getWeights()[0].arraySync()).toEqual(before);
  await checkSaved(transfer, [2, SIDE, SIDE, 1]);
});
