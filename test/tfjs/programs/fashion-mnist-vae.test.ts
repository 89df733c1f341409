import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const PIXELS = 16;
const HIDDEN = 12;
const LATENT = 2;

/** Samples of the normal distribution that the encoder describes. */
class Sampling extends tf.layers.Layer {
  override computeOutputShape(inputShapes: never): never {
    return (inputShapes as never[])[0];
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    const [mean, logVariance] = inputs as tf.Tensor[];
    const noise = tf.randomNormal([mean.shape[0], mean.shape[1]], 0, 1);
    return mean.add(logVariance.mul(0.5).exp().mul(noise));
  }

  static getClassName(): string {
    return 'Sampling';
  }
}

function makeEncoder(): tf.LayersModel {
  const inputs = tf.input({ shape: [PIXELS], name: 'encoder_input' });
  const hidden = tf.layers.dense({ units: HIDDEN, activation: 'relu' }).apply(inputs) as tf.SymbolicTensor;
  const mean = tf.layers.dense({ units: LATENT, name: 'z_mean' }).apply(hidden) as tf.SymbolicTensor;
  const logVariance = tf.layers.dense({ units: LATENT, name: 'z_log_var' }).apply(hidden) as tf.SymbolicTensor;
  const z = new Sampling({ name: 'z' }).apply([mean, logVariance]) as tf.SymbolicTensor;
  return tf.model({ inputs, outputs: [mean, logVariance, z], name: 'encoder' });
}

function makeDecoder(): tf.Sequential {
  const decoder = tf.sequential({ name: 'decoder' });
  decoder.add(tf.layers.dense({ units: HIDDEN, activation: 'relu', inputShape: [LATENT] }));
  decoder.add(tf.layers.dense({ units: PIXELS, activation: 'sigmoid' }));
  return decoder;
}

function lossOf(images: tf.Tensor, [decoded, mean, logVariance]: tf.Tensor[]): tf.Scalar {
  return tf.tidy(() => {
    const reconstruction = tf.losses.meanSquaredError(images, decoded).mul(images.shape[1]);
    const divergence = logVariance.add(1).sub(mean.square()).sub(logVariance.exp()).sum(-1).mul(-0.5);
    return reconstruction.add(divergence).mean() as tf.Scalar;
  });
}

test(`fashion-mnist-vae: a sampling layer and a loss of three outputs, by minimize (${NEEDS_TFJS})`, async () => {
  tf.setSeed(9);
  const encoder = makeEncoder();
  const decoder = makeDecoder();
  const encoded = encoder.apply(encoder.inputs) as unknown as tf.SymbolicTensor[];
  const decoded = decoder.apply(encoded[2]) as tf.SymbolicTensor;
  const vae = tf.model({ inputs: encoder.inputs, outputs: [decoded, ...encoded], name: 'vae_mlp' });
  const optimizer = tf.train.adam(0.01);
  const images = Array.from({ length: 32 }, (_, i) =>
    Array.from({ length: PIXELS }, (_, pixel) => Number(pixel % 4 === i % 4)),
  );
  const losses: number[] = [];
  let alive = 0;
  for (let epoch = 0; epoch < 30; epoch++) {
    let sum = 0;
    for (let start = 0; start < images.length; start += 16) {
      const batch = tf.tensor2d(images.slice(start, start + 16));
      const reshaped = batch.reshape([16, PIXELS]);
      optimizer.minimize(() => {
        const loss = lossOf(reshaped, vae.apply(reshaped) as unknown as tf.Tensor[]);
        sum += loss.dataSync()[0];
        return loss;
      });
      tf.dispose([batch, reshaped]);
    }
    losses.push(sum);
    if (epoch === 0) alive = tf.memory().numTensors;
  }
  expectFalling(losses);
  expect(tf.memory().numTensors).toBe(alive);
  const origin = tf.zeros([LATENT]).expandDims();
  expect((decoder.predict(origin) as tf.Tensor).shape).toEqual([1, PIXELS]);
  await checkSaved(decoder, [3, LATENT]);
});
