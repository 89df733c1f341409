// jax-js as a peer, compiled to WebAssembly: kernels, and inference of PyTorch's models.
import { readFile } from 'node:fs/promises';
import { defaultDevice, init, jit, lax, numpy as np, random } from '@jax-js/jax';
import { ONNXModel } from '@jax-js/onnx';
import { images, serve } from './serve.mjs';

await init('wasm');
defaultDevice('wasm');

const uniform = (shape) => random.uniform(random.key(0), shape);

/** A run of a compiled function; its arguments are kept, its result is computed and freed. */
const runOf = (f, ...given) => {
  const compiled = jit(f);
  return () => void compiled(...given.map((array) => array.ref)).dataSync();
};

await serve('@jax-js/jax', async (work) => {
  if (work.kind === 'matmul') {
    return runOf((a, b) => np.matmul(a, b), uniform([work.m, work.k]), uniform([work.k, work.n]));
  }
  if (work.kind === 'conv2d') {
    const { batch, size, inChannels, outChannels, window } = work;
    const x = uniform([batch, inChannels, size, size]);
    const filter = uniform([outChannels, inChannels, window, window]);
    return runOf((x, filter) => lax.conv(x, filter, [1, 1], 'SAME'), x, filter);
  }
  if (work.kind !== 'predict') return null;
  const model = new ONNXModel(new Uint8Array(await readFile(work.onnx)));
  const { values, shape } = images(work);
  return runOf((x) => model.run({ x }).y, np.array(values, { shape }));
});
