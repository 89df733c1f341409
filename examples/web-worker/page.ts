/** Start training in a worker, display its progress, and use the trained model on the page. */
import { loadModel, type Tensor, tensor2d, tidy } from 'nabla';
import type { Answer, Job } from './worker.js';

/** Points in a square, and whether each is inside the unit circle. */
function makeJob(count: number, epochs: number): Job {
  const points = Array.from({ length: count }, () => [3 * Math.random() - 1.5, 3 * Math.random() - 1.5]);
  return { points, labels: points.map(([x, y]) => [x * x + y * y < 1 ? 1 : 0]), epochs };
}

const status = document.querySelector('#status')!;
const job = makeJob(1000, 30);

const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module' });
worker.addEventListener('message', async ({ data }: MessageEvent<Answer>) => {
  if ('epoch' in data) {
    status.textContent = `epoch ${data.epoch + 1}: loss ${data.loss.toFixed(4)}`;
    return;
  }
  worker.terminate();
  const model = await loadModel(data.model);
  const { points, labels } = makeJob(500, 0);
  const accuracy = tidy(() => {
    const inside = (model.predict(tensor2d(points)) as Tensor).greater(0.5);
    return inside.equal(tensor2d(labels)).mean().dataSync()[0];
  });
  status.textContent = `trained: accuracy ${accuracy.toFixed(3)} on new points`;
});
worker.postMessage(job);
