/**
 * The built package's webgpu backend in headless Chromium, over SwiftShader, bundled as an application would: a
 * product, a convolution with its gradients and a model that trains, all against the wasm backend of the same page.
 */
import { openPageIn } from './browsers/open-page.js';
import { bundle } from './bundle.js';

const PAGE = `
import * as nb from 'nabla';
import { webgpuInfo } from 'nabla/webgpu';
const result = { checks: {} };

async function values() {
  nb.setSeed(1);
  const [x, filter] = [nb.randomNormal([2, 9, 10, 16]), nb.randomNormal([3, 3, 16, 20])];
  const loss = (a, b) => nb.conv2d(a, b, 1, 'same').square().mean();
  const [dx, df] = nb.grads(loss)([x, filter]);
  const product = nb.matMul(nb.randomNormal([70, 40]), nb.randomNormal([40, 70]));
  const all = {};
  for (const [name, tensor] of Object.entries({ product, dx, df })) all[name] = Array.from(await tensor.data());
  return all;
}

async function losses() {
  nb.clearSession();
  nb.setSeed(2);
  const x = nb.randomNormal([64, 8, 8, 1]);
  const y = nb.tidy(() => x.mean([1, 2, 3]).greater(0).cast('float32').reshape([64, 1]));
  const model = nb.sequential({ layers: [
    nb.layers.conv2d({ filters: 4, kernelSize: 3, activation: 'relu', inputShape: [8, 8, 1] }),
    nb.layers.batchNormalization({}),
    nb.layers.flatten(),
    nb.layers.dense({ units: 1, activation: 'sigmoid' }),
  ] });
  model.compile({ optimizer: 'adam', loss: 'binaryCrossentropy' });
  return (await model.fit(x, y, { epochs: 8, batchSize: 16, verbose: 0 })).history.loss;
}

const run = async () => ({ ...await values(), losses: await losses() });
const farthest = (a, b) => Math.max(...a.map((value, i) => Math.abs(value - b[i]) / Math.max(1, Math.abs(b[i]))));
try {
  await nb.setBackend('wasm');
  const expected = await run();
  await nb.setBackend('auto', { parameters: 5_000_000 });
  result.auto = nb.backendInfo();
  await nb.setBackend('webgpu');
  result.backend = nb.backendInfo();
  const found = await run();
  for (const name of Object.keys(expected)) result.checks[name] = farthest(found[name], expected[name]);
  result.losses = found.losses;
  result.counts = webgpuInfo().counts;
} catch (error) {
  result.error = String(error.stack);
}
await fetch('/result', { method: 'POST', body: JSON.stringify(result) });
`;

interface Result {
  readonly error?: string;
  readonly auto: { readonly name: string; readonly notes: readonly string[] };
  readonly backend: { readonly name: string; readonly variant: string };
  /** Largest relative distance from what wasm computes. */
  readonly checks: Readonly<Record<string, number>>;
  readonly losses: readonly number[];
}

const FLAGS = [
  '--use-angle=swiftshader',
  '--enable-unsafe-swiftshader',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
];

function expect(holds: boolean, message: string): void {
  if (!holds) throw new Error(`browser, webgpu: ${message}`);
}

const page = await bundle(PAGE);
const result = (await openPageIn('chromium', { ...page, flags: FLAGS, minutes: 4 })) as Result;
expect(!result.error, result.error ?? '');
const { auto, backend, checks, losses } = result;
expect(
  auto.name === 'wasm' && auto.notes.some((note) => note.includes('software')),
  `auto chose ${JSON.stringify(auto)}`,
);
expect(backend.name === 'webgpu', `the backend is ${backend.name}`);
for (const [name, distance] of Object.entries(checks)) {
  expect(distance < 1e-3, `${name} is ${distance} from wasm's`);
}
expect(losses[7] < 0.9 * losses[0], `losses are ${losses}`);
console.log(`webgpu in Chromium: ${backend.variant}, loss ${losses[0].toFixed(3)} to ${losses[7].toFixed(3)}`);
