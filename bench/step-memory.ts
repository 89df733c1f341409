/**
 * npx tsx bench/step-memory.ts
 *
 * Memory of a training step other than weights: at the end of the forward pass, which is what gradients will read, and
 * at most. Counted on the backend without data, so it takes no memory to find out.
 */

import { withBackend } from '../src/backends/registry.js';
import { shapesBackend } from '../src/backends/shapes/index.js';
import * as nb from '../src/index.js';

const MODELS: readonly (readonly [make: () => nb.Model, side: number])[] = [
  [nb.resnet50, 224],
  [nb.inceptionV3, 299],
  [nb.vgg16, 224],
];

const MiB = (bytes: number): number => Math.round(bytes / 2 ** 20);

async function measure(make: () => nb.Model, side: number, batch: number) {
  const model = make();
  const { name } = model;
  const variables = model.trainableWeights.map((weight) => weight.variable);
  for (const weight of model.weights) weight.variable;
  const x = nb.zeros([batch, side, side, 3]);
  const labels = nb.zeros([batch], 'int32');
  const before = nb.memory().numBytes;
  let held = 0;
  const loss = (): nb.Tensor => {
    const predictions = model.apply(x, { training: true }) as nb.Tensor;
    held = nb.memory().numBytes - before;
    return nb.losses.sparseCategoricalCrossentropy(labels, predictions).mean();
  };
  const { peakBytes, result } = await nb.profile(() => nb.variableGrads(loss, variables));
  const weights = variables.reduce((total, { size }) => total + 4 * size, 0);
  nb.dispose([result, x, labels]);
  model.dispose();
  return { model: name, side, batch, weights: MiB(weights), 'after forward': MiB(held), peak: MiB(peakBytes - before) };
}

const rows: unknown[] = [];
for (const [make, side] of MODELS) {
  for (const batch of [8, 16, 32]) rows.push(await withBackend(shapesBackend, () => measure(make, side, batch)));
}
console.log('MiB:');
console.table(rows);
