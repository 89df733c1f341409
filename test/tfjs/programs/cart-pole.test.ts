import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

test(`cart-pole: gradients of a policy, averaged over steps and applied by name (${NEEDS_TFJS})`, async () => {
  tf.setSeed(6);
  const policy = tf.sequential();
  policy.add(tf.layers.dense({ units: 4, activation: 'elu', inputShape: [4] }));
  policy.add(tf.layers.dense({ units: 1 }));
  const optimizer = tf.train.adam(0.05);
  const states = Array.from({ length: 8 }, (_, i) => [0, 1, 2, 3].map((j) => Math.sin(i * 5 + j)));
  const losses: number[] = [];
  for (let game = 0; game < 10; game++) {
    const steps = states.map((state) =>
      tf.variableGrads(() =>
        tf.tidy(() => {
          const logits = policy.predict(tf.tensor2d(state, [1, 4])) as tf.Tensor;
          return tf.losses.sigmoidCrossEntropy(tf.tensor2d([Number(state[2] > 0)], [1, 1]), logits).asScalar();
        }),
      ),
    );
    losses.push(steps.reduce((sum, { value }) => sum + value.dataSync()[0], 0) / steps.length);
    const names = Object.keys(steps[0].grads);
    expect(names).toHaveLength(4);
    const mean = Object.fromEntries(
      names.map((name) => [name, tf.tidy(() => tf.mean(tf.stack(steps.map(({ grads }) => grads[name])), 0))]),
    );
    optimizer.applyGradients(mean);
    tf.dispose([steps, mean]);
  }
  expectFalling(losses);
  await checkSaved(policy, [3, 4]);
});
