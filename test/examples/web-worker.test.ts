import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { loadModel, type Tensor, tensor2d } from 'nabla';
import { expect, test } from 'vitest';
import type { Answer, Job } from '../../examples/web-worker/worker.js';

/* The worker of examples/web-worker in one of Node's threads; scripts/browsers opens the page. */

const root = fileURLToPath(new URL('../../', import.meta.url));

/** What a browser's worker has by these names. */
const WORKER_GLOBALS = `
import { parentPort } from 'node:worker_threads';
globalThis.addEventListener = (_, listener) => parentPort.on('message', (data) => listener({ data }));
globalThis.postMessage = (message, { transfer }) => parentPort.postMessage(message, transfer);
`;

test('trains, reports each epoch and sends the model back', async () => {
  const outfile = join(root, '.cache/examples', `worker-${process.pid}.mjs`);
  mkdirSync(join(root, '.cache/examples'), { recursive: true });
  await build({
    entryPoints: [join(root, 'examples/web-worker/worker.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    banner: { js: WORKER_GLOBALS },
  });
  const points = Array.from({ length: 200 }, (_, index) => [((index * 0.618) % 3) - 1.5, (index / 200) * 3 - 1.5]);
  const labels = points.map(([x, y]) => [x * x + y * y < 1 ? 1 : 0]);
  const worker = new Worker(outfile);
  try {
    const losses: number[] = [];
    const file = await new Promise<Uint8Array>((resolve, reject) => {
      worker.on('error', reject);
      worker.on('message', (answer: Answer) => {
        if ('epoch' in answer) losses.push(answer.loss);
        else resolve(answer.model);
      });
      worker.postMessage({ points, labels, epochs: 30 } satisfies Job);
    });
    expect(losses).toHaveLength(30);
    expect(losses[29]).toBeLessThan(losses[0] * 0.7);
    const model = await loadModel(file);
    const inside = (
      model.predict(
        tensor2d([
          [0, 0],
          [1.4, 1.4],
        ]),
      ) as Tensor
    ).dataSync();
    expect(inside[0]).toBeGreaterThan(0.5);
    expect(inside[1]).toBeLessThan(0.5);
  } finally {
    await worker.terminate();
  }
});
