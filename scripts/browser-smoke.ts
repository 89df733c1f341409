/**
 * Checks the sizes of bundles, then runs the built package in headless Chromium, bundled as an application bundles it:
 * the wasm backend, gradients, and a model that is trained, saved and loaded. One page is cross-origin isolated and has
 * threads, one is not and has none. Without Chromium it prints that the pages were skipped.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { type Bundle, bundle } from './bundle.js';
import { checkBundleSizes } from './bundle-sizes.js';
import { chromium, openPage } from './chromium.js';

const PAGE = `
import * as nb from 'nabla';
const result = {};
try {
  result.isolated = crossOriginIsolated;
  result.cores = navigator.hardwareConcurrency;
  const x = nb.tensor([[1, 2], [3, 4]]);
  result.slope = [...nb.grad((x) => x.matMul(x).sum())(x).dataSync()];
  // Large enough to run on several threads.
  nb.tidy(() => nb.matMul(nb.ones([512, 512]), nb.ones([512, 512])).dataSync());
  nb.setSeed(1);
  const inputs = nb.randomNormal([64, 8, 8, 1]);
  const labels = nb.tidy(() => inputs.mean([1, 2, 3]).greater(0).cast('float32').reshape([64, 1]));
  const model = nb.sequential({ layers: [
    nb.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
    nb.layers.flatten(),
    nb.layers.dense({ units: 1, activation: 'sigmoid' }),
  ] });
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  const { history } = await model.fit(inputs, labels, { epochs: 10, batchSize: 16, verbose: 0 });
  result.losses = history.loss;
  const saved = await nb.encodeModel(model, 'keras');
  const loaded = await nb.loadModel(saved);
  result.drift = nb.tidy(() => model.predict(inputs).sub(loaded.predict(inputs)).abs().max().dataSync()[0]);
  result.backend = nb.backendInfo();
} catch (error) {
  result.error = String(error.stack);
}
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
`;

interface Result {
  readonly error?: string;
  readonly isolated: boolean;
  readonly cores: number;
  readonly slope: readonly number[];
  readonly losses: readonly number[];
  /** The largest difference between predictions of the saved and the loaded model. */
  readonly drift: number;
  readonly backend: { readonly name: string; readonly variant: string; readonly threads: number };
}

function expect(holds: boolean, message: string): void {
  if (!holds) throw new Error(`browser: ${message}`);
}

async function check(isolated: boolean, { script, files }: Bundle): Promise<void> {
  const headers: Record<string, string> = isolated
    ? { 'Cross-Origin-Opener-Policy': 'same-origin', 'Cross-Origin-Embedder-Policy': 'require-corp' }
    : {};
  const result = (await openPage({ script, files, headers, flags: ['--disable-gpu'], minutes: 2 })) as Result;
  expect(!result.error, result.error ?? '');
  const { slope, losses, drift, backend } = result;
  expect(result.isolated === isolated, `crossOriginIsolated is ${result.isolated}, expected ${isolated}`);
  expect(slope.join() === '7,11,9,13', `the gradient is ${slope}`);
  expect(backend.name === 'wasm', `the backend is ${backend.name}`);
  const threads = isolated ? result.cores : 1;
  expect(backend.threads === threads, `${backend.threads} threads, expected ${threads}`);
  expect(losses.length === 10 && losses[9] < losses[0] * 0.9, `losses are ${losses}`);
  expect(drift === 0, `predictions of the loaded model differ by ${drift}`);
  const page = isolated ? 'isolated page' : 'plain page';
  const loss = `loss ${losses[0].toFixed(3)} to ${losses[9].toFixed(3)}`;
  console.log(`${page}: ${backend.name}, ${backend.variant}, ${backend.threads} thread(s), ${loss}`);
}

/** Posts the status of the page of examples/web-worker once it has an accuracy. */
const WATCH_STATUS = `
const timer = setInterval(() => {
  if (!status.textContent.includes('accuracy')) return;
  clearInterval(timer);
  fetch('/result', { method: 'POST', body: JSON.stringify(status.textContent) });
}, 100);
`;

async function checkWorkerExample(): Promise<void> {
  const [page, worker] = ['page.ts', 'worker.ts'].map((name) =>
    readFileSync(new URL(`../examples/web-worker/${name}`, import.meta.url), 'utf8'),
  );
  const { script, files } = await bundle(`document.body.innerHTML = '<p id="status"></p>';${page}${WATCH_STATUS}`);
  const scripts = { ...files, '/worker.ts': (await bundle(worker, false)).script };
  const status = (await openPage({ script, files: scripts, flags: ['--disable-gpu'], minutes: 2 })) as string;
  expect(Number(/accuracy (\d\.\d+)/.exec(status)?.[1]) > 0.9, `examples/web-worker ends with: ${status}`);
  console.log(`examples/web-worker: ${status}`);
}

await checkBundleSizes();
if (spawnSync(chromium, ['--version']).error) {
  console.log(`browser: skipped, ${chromium} is not installed`);
} else {
  const page = await bundle(PAGE);
  await check(true, page);
  await check(false, page);
  await checkWorkerExample();
}
