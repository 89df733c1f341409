/**
 * tsx bench/gpu-conv2d.ts [--backend gpu] [--mode webasm] [--batch 8] [--size 28] [--channels 32] [--runs 8]
 *
 * Times a 3×3 convolution and its two gradients on one backend: the first call (with a mode of gpu.js it translates and
 * compiles), a call whose result is read back, and a call among several of which only the last is read.
 */
import { parseArgs } from 'node:util';
import { gpuInfo } from '../src/gpu.js';
import { backendInfo, conv2d, dispose, randomUniform, setBackend, type Tensor } from '../src/index.js';
import { conv2dFilterGradient, conv2dInputGradient } from '../src/tensor/ops/conv2d.js';

const { values: flags } = parseArgs({
  options: {
    backend: { type: 'string', default: 'gpu' },
    mode: { type: 'string' },
    batch: { type: 'string', default: '8' },
    size: { type: 'string', default: '28' },
    channels: { type: 'string', default: '32' },
    runs: { type: 'string', default: '8' },
  },
});

const [batch, size, channels, runs] = [flags.batch, flags.size, flags.channels, flags.runs].map(Number);
await setBackend(flags.backend, flags.mode ? { mode: flags.mode } : undefined);

const x = randomUniform([batch, size, size, channels]);
const filter = randomUniform([3, 3, channels, channels]);
const dy = randomUniform([batch, size, size, channels]);
const options = { strides: 1, padding: 'same', dilations: 1, groups: 1 } as const;

const kernels: Readonly<Record<string, () => Tensor>> = {
  conv2d: () => conv2d(x, filter, 1, 'same'),
  conv2dInputGradient: () => conv2dInputGradient(dy, filter, x.shape, options),
  conv2dFilterGradient: () => conv2dFilterGradient(x, dy, filter.shape, options),
};

async function time(f: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await f();
  return performance.now() - start;
}

async function readBack(kernel: () => Tensor): Promise<void> {
  const result = kernel();
  await result.data();
  result.dispose();
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1];
}

const rows: Record<string, string>[] = [];
for (const [name, kernel] of Object.entries(kernels)) {
  const first = await time(() => readBack(kernel));
  const single: number[] = [];
  for (let run = 0; run < runs; run++) single.push(await time(() => readBack(kernel)));
  const chained = await time(async () => {
    for (let run = 1; run < runs; run++) kernel().dispose();
    await readBack(kernel);
  });
  const work = 2 * batch * size ** 2 * 9 * channels ** 2;
  rows.push({
    kernel: name,
    'first call ms': first.toFixed(1),
    'with read-back ms': median(single).toFixed(2),
    'without ms': (chained / runs).toFixed(2),
    'GFLOP/s without': ((work * runs) / chained / 1e6).toFixed(2),
  });
}
dispose([x, filter, dy]);

const { name, variant, threads } = backendInfo();
console.log(`${name} (${variant}), ${threads} thread(s), node ${process.version}`);
console.log(`x [${batch},${size},${size},${channels}], filter [3,3,${channels},${channels}], stride 1, same`);
if (name === 'gpu') for (const note of gpuInfo().notes) console.log(`not taken: ${note}`);
console.table(rows);
process.exit();
