/**
 * Transfer learning: load a classifier of five kinds of clothing, cut off its head, freeze the rest, train a new head
 * for the other five kinds on few images, then fine-tune everything at a low learning rate.
 *
 *     npx tsx examples/transfer-learning.ts
 */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { layers, loadModel, model, optimizers, sequential, setSeed } from 'nabla';
import { loadFashionMnist, takeBalanced, takeRows, unitScale } from 'nabla/node';

const quick = process.env.QUICK !== undefined;
setSeed(1);

const { train, test } = await loadFashionMnist({ source: 'sample' });

/** The images of five classes, `first` to `first + 4`, with labels from 0 to 4. */
function fiveClasses({ images, labels }: typeof train, first: number, limit: number) {
  const rows = Array.from(labels.data.keys()).filter(
    (row) => labels.data[row] >= first && labels.data[row] < first + 5,
  );
  const chosen = takeBalanced(takeRows({ images, labels }, rows), limit);
  for (const [row, label] of chosen.labels.data.entries()) chosen.labels.data[row] = label - first;
  return { x: unitScale(chosen.images), y: chosen.labels };
}

// Train and save a model of the first five classes; usually this is a downloaded file.
const file = join(await mkdtemp(join(tmpdir(), 'nabla-')), 'first-five.keras');
{
  const { x, y } = fiveClasses(train, 0, quick ? 500 : 4000);
  const first = sequential({
    layers: [
      layers.conv2d({ filters: 16, kernelSize: 3, activation: 'relu', inputShape: [28, 28, 1] }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.conv2d({ filters: 32, kernelSize: 3, activation: 'relu' }),
      layers.maxPooling2d({ poolSize: 2 }),
      layers.flatten({ name: 'features' }),
      layers.dense({ units: 5, activation: 'softmax' }),
    ],
  });
  first.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
  await first.fit(x, y, { epochs: quick ? 2 : 5 });
  await first.save(file);
}

// Keep everything up to the features, and freeze these weights.
const loaded = await loadModel(file);
const base = model({ inputs: loaded.inputs, outputs: loaded.getLayer('features').output, name: 'base' });
base.trainable = false;

const few = fiveClasses(train, 5, quick ? 100 : 250);
const rest = fiveClasses(test, 5, quick ? 250 : 1000);
const transferred = sequential({ layers: [base, layers.dense({ units: 5, activation: 'softmax' })] });
const compile = (learningRate: number): void =>
  transferred.compile({
    optimizer: optimizers.adam({ learningRate }),
    loss: 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });

compile(1e-2);
await transferred.fit(few.x, few.y, { epochs: quick ? 5 : 10 });
console.log('new head, accuracy', (await transferred.measure(rest.x, rest.y)).accuracy.toFixed(3));

base.trainable = true;
compile(5e-4);
await transferred.fit(few.x, few.y, { epochs: quick ? 2 : 10 });
console.log('fine-tuned, accuracy', (await transferred.measure(rest.x, rest.y)).accuracy.toFixed(3));
