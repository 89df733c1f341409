/**
 * NABLA_NATIVE=FOLDER npx tsx bench/webgpu/overhead.ts
 *
 * What a training step of LeNet-5 costs the host, whatever the GPU: Dawn's null device checks every call and does
 * nothing.
 */
import * as nb from '../../src/index.js';
import { webgpuInfo } from '../../src/webgpu.js';
import { lenet5Step } from './lenet5-step.js';

const STEPS = 400;

await nb.setBackend('webgpu', { dawn: ['backend=null'] });
const step = lenet5Step();

async function time(): Promise<number> {
  const start = performance.now();
  const loss = step();
  await loss.data();
  loss.dispose();
  return performance.now() - start;
}

const first = await time();
for (let i = 0; i < 100; i++) await time();
const before = webgpuInfo().counts.made;
const cpu = process.cpuUsage();
const times: number[] = [];
for (let i = 0; i < STEPS; i++) times.push(await time());
const { user, system } = process.cpuUsage(cpu);
const { made } = webgpuInfo().counts;
times.sort((a, b) => a - b);

const kernels = (made.kernels - before.kernels) / STEPS;
console.table({
  'first step, ms': first.toFixed(0),
  'fastest step, ms': times[0].toFixed(2),
  'median step, ms': times[STEPS / 2].toFixed(2),
  'CPU time a step, ms': ((user + system) / 1e3 / STEPS).toFixed(2),
  'kernels a step': kernels,
  'µs a kernel, fastest step': ((1e3 * times[0]) / kernels).toFixed(1),
  'submissions a step': (made.submits - before.submits) / STEPS,
  'buffers made': made.buffers - before.buffers,
  'bind groups made': made.bindGroups - before.bindGroups,
});
process.exit();
