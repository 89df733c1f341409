// onnxruntime-web as a peer, with its WebAssembly backend: inference of PyTorch's models.
import { readFile } from 'node:fs/promises';
import * as ort from 'onnxruntime-web';
import { images, serve } from './serve.mjs';

ort.env.wasm.numThreads = Number(process.argv[2]);

await serve('onnxruntime-web', async (work) => {
  const session = await ort.InferenceSession.create(new Uint8Array(await readFile(work.onnx)), {
    executionProviders: ['wasm'],
  });
  const { values, shape } = images(work);
  const x = new ort.Tensor('float32', values, shape);
  return () => session.run({ x });
});
