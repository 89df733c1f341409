/**
 * NABLA_NATIVE=FOLDER npx tsx bench/webgpu/against-gpujs.ts
 *
 * CPU time of the webgpu backend and of gpu.js's webgpu mode, on the same device, where a processor plays the GPU: a
 * 3×3 convolution of 64 to 64 channels over two images of 28×28 with both gradients, and a training step of LeNet-5.
 */
import '../../src/gpu.js';
import '../../src/webgpu.js';
import * as nb from '../../src/index.js';
import { conv2dFilterGradient, conv2dInputGradient } from '../../src/ops/conv2d.js';
import { lenet5Step } from './lenet5-step.js';

const ROUNDS = 5;

/** CPU time of all threads, and wall time, in ms. */
interface Cost {
  readonly cpu: number;
  readonly wall: number;
}

async function costOf(f: () => nb.Tensor): Promise<Cost> {
  const start = performance.now();
  const before = process.cpuUsage();
  const result = f();
  await result.data();
  result.dispose();
  const { user, system } = process.cpuUsage(before);
  return { cpu: (user + system) / 1e3, wall: performance.now() - start };
}

async function measure(backend: string, options: Record<string, unknown>): Promise<Map<string, readonly Cost[]>> {
  await nb.setBackend(backend, options);
  const x = nb.randomUniform([2, 28, 28, 64]);
  const filter = nb.randomUniform([3, 3, 64, 64]);
  const conv = { strides: 1, padding: 'same', dilations: 1, groups: 1 } as const;
  const step = lenet5Step();
  const calls: Record<string, () => nb.Tensor> = {
    conv2d: () => nb.conv2d(x, filter, 1, 'same'),
    conv2dInputGradient: () => conv2dInputGradient(x, filter, x.shape, conv),
    conv2dFilterGradient: () => conv2dFilterGradient(x, x, filter.shape, conv),
    'LeNet-5 step': step,
  };
  const costs = new Map<string, readonly Cost[]>();
  for (const [name, call] of Object.entries(calls)) {
    const rounds: Cost[] = [];
    for (let round = 0; round <= ROUNDS; round++) rounds.push(await costOf(call));
    costs.set(name, rounds);
  }
  nb.disposeVariables();
  return costs;
}

const own = await measure('webgpu', {});
const gpujs = await measure('gpu', { mode: 'webgpu' });
const least = (costs: readonly Cost[], of: keyof Cost): number => Math.min(...costs.slice(1).map((cost) => cost[of]));
const pair = (a: number, b: number): string => `${a.toFixed(0)} / ${b.toFixed(0)} = ${(a / b).toFixed(2)}`;
console.log('webgpu / gpu.js, ms:');
console.table(
  Object.fromEntries(
    [...own].map(([name, costs]) => {
      const other = gpujs.get(name)!;
      return [
        name,
        {
          'CPU time, best': pair(least(costs, 'cpu'), least(other, 'cpu')),
          'first call, CPU time': pair(costs[0].cpu, other[0].cpu),
          'first call, wall': pair(costs[0].wall, other[0].wall),
        },
      ];
    }),
  ),
);
process.exit();
