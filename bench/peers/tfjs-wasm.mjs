// tfjs with its WebAssembly backend as a peer. It has no kernel to train a convolution.
import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { serve } from './serve.mjs';

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`);
await tf.setBackend('wasm');

/** One run that has computed its result, or null where tfjs has no kernel for it on this backend. */
function workload(work) {
  const force = (f) => () => tf.tidy(() => void f().dataSync());
  if (work.kind === 'matmul') {
    const [a, b] = [tf.randomUniform([work.m, work.k]), tf.randomUniform([work.k, work.n])];
    return force(() => tf.matMul(a, b));
  }
  if (work.kind === 'lstm-train') return recurrentStep(work);
  const x = tf.randomUniform([work.batch, work.size, work.size, work.inChannels]);
  const filter = tf.randomUniform([work.window, work.window, work.inChannels, work.outChannels]);
  if (work.kind === 'conv2d') return force(() => tf.conv2d(x, filter, 1, 'same'));
  if (work.kind === 'conv2d-input-gradient') {
    const dy = tf.randomUniform([work.batch, work.size, work.size, work.outChannels]);
    return force(() => tf.conv2dTranspose(dy, filter, x.shape, 1, 'same'));
  }
  return null;
}

/** A training step of an LSTM alone. */
function recurrentStep({ batch, steps, features, units }) {
  const model = tf.sequential({ layers: [tf.layers.lstm({ units, inputShape: [steps, features] })] });
  model.compile({ optimizer: tf.train.sgd(0.01), loss: 'meanSquaredError' });
  const [x, y] = [tf.randomNormal([batch, steps, features]), tf.randomUniform([batch, units])];
  return async () => void (await model.trainOnBatch(x, y));
}

await serve('@tensorflow/tfjs', workload);
