import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const FEATURES = 12;

function houses(count: number): { features: tf.Tensor2D; prices: tf.Tensor2D } {
  const rows = Array.from({ length: count }, (_, i) =>
    Array.from({ length: FEATURES }, (_, j) => Math.sin(i * 3.1 + j * j) * (j + 1) + j),
  );
  const prices = rows.map((row) => [20 + row.reduce((sum, value, j) => sum + value * ((j % 3) - 1), 0)]);
  return { features: tf.tensor2d(rows), prices: tf.tensor2d(prices) };
}

test(`boston-housing: normalized features, a network of two hidden layers, evaluate (${NEEDS_TFJS})`, async () => {
  tf.setSeed(2);
  const { features, prices } = houses(80);
  const mean = features.mean(0);
  const deviation = features.sub(mean).square().mean(0).sqrt();
  const normalized = features.sub(mean).div(deviation) as tf.Tensor2D;
  const model = tf.sequential();
  model.add(
    tf.layers.dense({ inputShape: [FEATURES], units: 20, activation: 'sigmoid', kernelInitializer: 'leCunNormal' }),
  );
  model.add(tf.layers.dense({ units: 20, activation: 'sigmoid', kernelInitializer: 'leCunNormal' }));
  model.add(tf.layers.dense({ units: 1 }));
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
  const { history } = await model.fit(normalized, prices, { batchSize: 20, epochs: 10, validationSplit: 0.2 });
  expectFalling(history.loss as number[]);
  expect(history.val_loss).toHaveLength(10);
  const result = model.evaluate(normalized, prices, { batchSize: 20 }) as tf.Scalar;
  expect(result.dataSync()[0]).toBeLessThan(history.loss[0] as number);
  const [kernel] = model.layers[0].getWeights();
  expect(kernel.shape).toEqual([FEATURES, 20]);
  await checkSaved(model, [4, FEATURES]);
});
