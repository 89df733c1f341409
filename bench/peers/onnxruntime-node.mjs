// onnxruntime-node as a peer: inference of PyTorch's models.
import ort from 'onnxruntime-node';
import { images, serve } from './serve.mjs';

const threads = Number(process.argv[2]);

await serve('onnxruntime-node', async (work) => {
  const session = await ort.InferenceSession.create(work.onnx, { intraOpNumThreads: threads, interOpNumThreads: 1 });
  const { values, shape } = images(work);
  const x = new ort.Tensor('float32', values, shape);
  return () => session.run({ x });
});
