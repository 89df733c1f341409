/**
 * npx tsx bench/webgpu-device.ts [--peak TFLOPS] [--json FILE] [--null]
 *
 * The webgpu backend on a real GPU, in under ten minutes, with nothing prepared but `npm ci` and `npm install --no-save
 * webgpu@0.6.2`: products and convolutions with both gradients by the device's clock, as a part of its peak where that
 * is given, and training steps compared with PyTorch on the same device where /usr/bin/python3 has it with CUDA. With
 * `--null` everything runs once on Dawn's null device, which computes nothing: to see that the script works.
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import * as nb from '../src/index.js';
import { conv2dFilterGradient, conv2dInputGradient } from '../src/ops/conv2d.js';
import { profileKernels, webgpuInfo } from '../src/webgpu.js';

const { values: flags } = parseArgs({
  options: { peak: { type: 'string' }, json: { type: 'string' }, null: { type: 'boolean', default: false } },
});

/** Each measurement gets so many seconds, and as many runs as fit. */
const SECONDS = flags.null ? 0 : 8;

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[values.length >> 1];

async function repeat(measure: () => Promise<number>): Promise<number> {
  const end = performance.now() + SECONDS * 1000;
  const values: number[] = [];
  // The first calls compile, and bring the device to its clock.
  for (let i = 0; i < 3; i++) await measure();
  do values.push(await measure());
  while (performance.now() < end && values.length < 200);
  return median(values);
}

/** By the device's clock where it has one, else until the result is read. */
async function kernelTime(call: () => nb.Tensor): Promise<number> {
  if (webgpuInfo().features.includes('timestamp-query')) {
    const times = await profileKernels(() => call().dispose());
    return times.reduce((sum, { ms }) => sum + ms, 0);
  }
  const start = performance.now();
  const result = call();
  // One number: the time to carry a large result home is not the kernel's.
  const sum = result.sum();
  await sum.data();
  nb.dispose([result, sum]);
  return performance.now() - start;
}

interface KernelRow {
  readonly kernel: string;
  readonly ms: number;
  readonly gflops: number;
  /** Fraction of the peak. */
  readonly ofPeak: number | null;
}

const peak = flags.peak ? Number(flags.peak) * 1e12 : null;

async function kernelRow(kernel: string, operations: number, call: () => nb.Tensor): Promise<KernelRow> {
  const ms = await repeat(() => kernelTime(call));
  const rate = operations / (ms / 1e3);
  return { kernel, ms, gflops: rate / 1e9, ofPeak: peak && rate / peak };
}

async function kernels(): Promise<KernelRow[]> {
  const rows: KernelRow[] = [];
  for (const side of [2048, 4096]) {
    const [a, b] = [nb.randomUniform([side, side]), nb.randomUniform([side, side])];
    rows.push(await kernelRow(`matMul ${side}³`, 2 * side ** 3, () => nb.matMul(a, b)));
    nb.dispose([a, b]);
  }
  const conv = { strides: 1, padding: 'same', dilations: 1, groups: 1 } as const;
  for (const [batch, side, channels] of [
    [32, 56, 64],
    [32, 14, 256],
  ]) {
    const x = nb.randomUniform([batch, side, side, channels]);
    const filter = nb.randomUniform([3, 3, channels, channels]);
    const operations = 2 * x.size * 9 * channels;
    const name = `3×3 ${channels}→${channels}, ${side}×${side}, ${batch} images`;
    rows.push(await kernelRow(`conv2d ${name}`, operations, () => nb.conv2d(x, filter, 1, 'same')));
    rows.push(
      await kernelRow(`gradient of x, ${name}`, operations, () => conv2dInputGradient(x, filter, x.shape, conv)),
    );
    rows.push(
      await kernelRow(`gradient of the filter, ${name}`, operations, () =>
        conv2dFilterGradient(x, x, filter.shape, conv),
      ),
    );
    nb.dispose([x, filter]);
  }
  return rows;
}

interface Training {
  readonly name: string;
  readonly model: () => nb.Model;
  readonly image: readonly [number, number, number];
  readonly classes: number;
  /** In torchvision, or null for LeNet-5, which is written out below. */
  readonly torch: string | null;
}

const TRAININGS: readonly Training[] = [
  { name: 'LeNet-5', model: () => nb.lenet5(), image: [28, 28, 1], classes: 10, torch: null },
  { name: 'ResNet-50, 64×64', model: () => nb.resnet50Signs(), image: [64, 64, 3], classes: 6, torch: 'resnet50' },
  {
    name: 'GoogLeNet, 224×224',
    model: () => nb.googlenet({ classes: 1000 }),
    image: [224, 224, 3],
    classes: 1000,
    torch: 'googlenet',
  },
];

const BATCH = flags.null ? 1 : 32;

/** Milliseconds of a step with Adam; losses are read four steps late, as `fit` reads them. */
async function trainingStep({ model: make, image, classes }: Training): Promise<number> {
  const model = make();
  const variables = model.trainableWeights.map((weight) => weight.variable);
  const optimizer = nb.optimizers.adam();
  const x = nb.randomUniform([BATCH, ...image]);
  const labels = nb.oneHot(nb.randomUniformInt([BATCH], 0, classes), classes);
  const loss = (): nb.Tensor => {
    const outputs = [model.apply(x, { training: true })].flat() as nb.Tensor[];
    const losses = outputs.map((output) => nb.losses.categoricalCrossentropy(labels, output).mean());
    return losses.reduce((sum, each) => nb.add(sum, each));
  };
  const steps = 8;
  const run = async (): Promise<number> => {
    const start = performance.now();
    const reads: Promise<unknown>[] = [];
    for (let step = 0; step < steps; step++) {
      const value = optimizer.minimize(loss, true, variables)!;
      reads.push(value.data());
      value.dispose();
      await reads[step - 4];
    }
    await Promise.all(reads);
    return (performance.now() - start) / steps;
  };
  const ms = await repeat(run);
  nb.dispose([x, labels]);
  optimizer.dispose();
  model.dispose();
  return ms;
}

const PYTORCH = `
import json, sys, time, torch, torch.nn as nn
assert torch.cuda.is_available()
name, image, classes, seconds = sys.argv[1], json.loads(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4])
torch.backends.cuda.matmul.allow_tf32 = False
torch.backends.cudnn.allow_tf32 = False
if name == 'lenet5':
    model = nn.Sequential(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.AvgPool2d(2), nn.Conv2d(6, 16, 5), nn.ReLU(),
        nn.AvgPool2d(2), nn.Flatten(), nn.Linear(400, 120), nn.ReLU(), nn.Linear(120, 84), nn.ReLU(), nn.Linear(84, 10))
else:
    import torchvision
    options = {'aux_logits': True, 'init_weights': False} if name == 'googlenet' else {}
    model = getattr(torchvision.models, name)(num_classes=classes, **options)
model = model.cuda()
optimizer = torch.optim.Adam(model.parameters())
loss_of = nn.CrossEntropyLoss()
x = torch.rand(${BATCH}, image[2], image[0], image[1]).cuda()
y = torch.randint(0, classes, (${BATCH},)).cuda()
def step():
    optimizer.zero_grad()
    out = model(x)
    outs = out if isinstance(out, tuple) else (out,)
    sum(loss_of(o, y) for o in outs).backward()
    optimizer.step()
for _ in range(5): step()
torch.cuda.synchronize()
times, end = [], time.time() + seconds
while time.time() < end and len(times) < 200:
    start = time.time(); step(); torch.cuda.synchronize(); times.append(time.time() - start)
print(json.dumps(sorted(times)[len(times) // 2] * 1e3))
`;

/** Milliseconds of PyTorch's step in float32, or null where it is not installed with CUDA. */
function pytorchStep({ torch, image, classes }: Training): number | null {
  if (flags.null) return null;
  const args = ['-c', PYTORCH, torch ?? 'lenet5', JSON.stringify(image), String(classes), String(SECONDS)];
  const { status, stdout } = spawnSync('/usr/bin/python3', args, { encoding: 'utf8', timeout: 60_000 });
  return status === 0 ? JSON.parse(stdout) : null;
}

await nb.setBackend('webgpu', flags.null ? { dawn: ['backend=null'] } : {});
const info = webgpuInfo();
console.log(`${info.adapter}, node ${process.version}`);
for (const note of info.notes) console.log(`note: ${note}`);
if (info.isSoftware) throw new Error('this adapter is software: its times say nothing about a GPU');

const kernelRows = await kernels();
console.table(
  kernelRows.map(({ kernel, ms, gflops, ofPeak }) => ({
    kernel,
    ms: ms.toFixed(3),
    'GFLOP/s': gflops.toFixed(0),
    'of peak': ofPeak === null ? '' : `${(100 * ofPeak).toFixed(0)}%`,
  })),
);
const steps: { model: string; ms: number; pytorch: number | null }[] = [];
for (const training of TRAININGS) {
  steps.push({ model: training.name, ms: await trainingStep(training), pytorch: pytorchStep(training) });
}
console.log(`training steps of ${BATCH} images, ms:`);
console.table(steps);
if (flags.json) writeFileSync(flags.json, `${JSON.stringify({ ...info, kernelRows, steps }, null, 1)}\n`);
process.exit();
