/**
 * Images from a folder with one sub-folder per class: augmentation, class weights, a learning-rate schedule,
 * checkpoints of the best epoch, and early stopping. Without an argument it first draws a folder of circles, squares
 * and
 * crosses.
 *
 *     npx tsx examples/image-folder.ts [FOLDER]
 */
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encode } from 'fast-png';
import { callbacks, layers, loadModel, optimizers, randomUniform, sequential, setSeed, tidy } from 'nabla';
import { readImageFolder, trainValidationSplit } from 'nabla/node';

const quick = process.env.QUICK !== undefined;
const epochs = quick ? 7 : 30;
const batchSize = 16;
setSeed(5);

const scratch = await mkdtemp(join(tmpdir(), 'nabla-'));
const folder = process.argv[2] ?? (await drawShapes(join(scratch, 'shapes')));
const pictures = await readImageFolder(folder, { size: [32, 32] });
const { train, validation } = trainValidationSplit(pictures, 0.25);
const classCount = pictures.classNames.length;
const count = train.labels.size;
console.log(`${count} pictures to train on, ${validation.labels.size} to validate: ${pictures.classNames.join(', ')}`);

// Rare classes get larger weights, so that each class counts the same in the loss.
const classWeight: Record<number, number> = {};
for (const label of train.labels.data) classWeight[label] = (classWeight[label] ?? 0) + 1;
for (const label in classWeight) classWeight[label] = count / (classCount * classWeight[label]);

const model = sequential({
  layers: [
    layers.rescaling({ scale: 1 / 255, inputShape: [32, 32, 3] }),
    // Active in training only.
    layers.randomFlip({ mode: 'horizontal' }),
    layers.randomRotation({ factor: 0.05 }),
    layers.randomTranslation({ heightFactor: 0.1, widthFactor: 0.1 }),
    layers.conv2d({ filters: 16, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 2 }),
    layers.conv2d({ filters: 32, kernelSize: 3, padding: 'same', activation: 'relu' }),
    layers.maxPooling2d({ poolSize: 4 }),
    layers.flatten(),
    layers.dense({ units: classCount, activation: 'softmax' }),
  ],
});
const learningRate = optimizers.cosineDecay({
  initialLearningRate: 0.005,
  decaySteps: epochs * Math.ceil(count / batchSize),
});
model.compile({
  optimizer: optimizers.adam({ learningRate }),
  loss: 'sparseCategoricalCrossentropy',
  metrics: ['accuracy'],
});

const best = join(scratch, 'best.keras');
await model.fit(train.images, train.labels, {
  epochs,
  batchSize,
  classWeight,
  validationData: [validation.images, validation.labels],
  callbacks: [
    callbacks.modelCheckpoint({ filepath: best, monitor: 'val_loss', saveBestOnly: true }),
    callbacks.earlyStopping({ monitor: 'val_loss', patience: 6 }),
  ],
  verbose: 2,
});
const { accuracy } = await (await loadModel(best)).measure(validation.images, validation.labels);
console.log(`best epoch: validation accuracy ${accuracy.toFixed(3)}`);

/** Draw a folder of images: 80 circles, 80 squares and 40 crosses, each at a random position, size and color. */
async function drawShapes(root: string): Promise<string> {
  const shapes: Record<string, { amount: number; covers: (x: number, y: number) => boolean }> = {
    circles: { amount: 80, covers: (x, y) => x * x + y * y < 1 },
    squares: { amount: 80, covers: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 0.9 },
    crosses: { amount: 40, covers: (x, y) => Math.max(Math.abs(x), Math.abs(y)) < 1 && Math.abs(x * y) < 0.2 },
  };
  const between = (low: number, high: number): number => tidy(() => randomUniform([1], low, high).dataSync()[0]);
  for (const [name, { amount, covers }] of Object.entries(shapes)) {
    await mkdir(join(root, name), { recursive: true });
    for (let number = 0; number < amount; number++) {
      const [left, top, radius] = [between(15, 25), between(15, 25), between(8, 14)];
      const [paper, ink] = [0, 1].map((end) => Array.from({ length: 3 }, () => between(130 * end, 110 + 130 * end)));
      const pixels = Array.from({ length: 40 * 40 }, (_, index) =>
        covers(((index % 40) - left) / radius, (Math.floor(index / 40) - top) / radius) ? ink : paper,
      );
      const data = Uint8Array.from(pixels.flat());
      await writeFile(join(root, name, `${number}.png`), encode({ width: 40, height: 40, channels: 3, data }));
    }
  }
  return root;
}
