/**
 * A custom training loop: batches, gradients of the loss, an optimizer step per batch, and an evaluation at the end.
 *
 *     npx tsx examples/training-loop.ts
 */
import { data, layers, losses, memory, optimizers, sequential, setSeed, tensor2d, tidy, variableGrads } from 'nabla';

const epochs = process.env.QUICK ? 30 : 100;
const batchSize = 40;
setSeed(7);

/** Two interleaved spirals of points, one per class. */
function spirals(count: number): { points: number[][]; labels: number[] } {
  const labels = Array.from({ length: count }, (_, index) => index % 2);
  const points = labels.map((label, index) => {
    const radius = (index + 1) / count;
    const angle = 5 * radius + Math.PI * label;
    return [radius * Math.cos(angle), radius * Math.sin(angle)];
  });
  return { points, labels };
}

const { points, labels } = spirals(400);
const batches = data
  .array(points.map((point, index) => ({ point, label: [labels[index]] })))
  .shuffle(400)
  .batch(batchSize);

const model = sequential({
  layers: [
    layers.dense({ units: 32, activation: 'tanh', inputShape: [2] }),
    layers.dense({ units: 32, activation: 'tanh' }),
    layers.dense({ units: 1 }),
  ],
});
const optimizer = optimizers.adam({ learningRate: 0.02 });

for (let epoch = 1; epoch <= epochs; epoch++) {
  let total = 0;
  await batches.forEachAsync(({ point, label }) => {
    total += tidy(() => {
      const { value, grads } = variableGrads(() =>
        losses.sigmoidCrossEntropy(label, model.apply(point, { training: true })),
      );
      optimizer.applyGradients(grads);
      return value.dataSync()[0];
    });
  });
  if (epoch % 10 === 0)
    console.log(
      `epoch ${epoch}: loss ${(total / (points.length / batchSize)).toFixed(4)}, ${memory().numTensors} tensors`,
    );
}

const accuracy = tidy(() => {
  const predicted = model.apply(tensor2d(points)).greater(0);
  return predicted
    .equal(tensor2d(labels.map((label) => [label === 1])))
    .mean()
    .dataSync()[0];
});
console.log(`accuracy ${accuracy.toFixed(3)}`);
