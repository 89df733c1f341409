/**
 * Segmentation with a small U-Net: classify each pixel of a noisy image as disc, square or background.
 *
 *     npx tsx examples/unet-segmentation.ts
 */
import {
  concat,
  input,
  layers,
  model,
  randomNormal,
  randomUniform,
  type SymbolicTensor,
  setSeed,
  type Tensor,
  tensor,
  tidy,
} from 'nabla';

const quick = process.env.QUICK !== undefined;
const size = quick ? 16 : 32;
setSeed(2);

/**
 * Images [count, size, size, 1] and the class of each pixel [count, size, size, 1]: 0 background, 1 disc, 2 square.
 */
function drawScenes(count: number): { x: Tensor; y: Tensor } {
  const places = tidy(() => [...randomUniform([count * 6], 0.2, 0.8).dataSync()]);
  const classes = Array.from({ length: count * size * size }, (_, pixel) => {
    const scene = Math.floor(pixel / size ** 2) * 6;
    const [row, column] = [Math.floor(pixel / size) % size, pixel % size];
    const [y1, x1, r1, y2, x2, r2] = places.slice(scene, scene + 6).map((value) => value * size);
    if (Math.hypot(row - y1, column - x1) < r1 / 3) return 1;
    return Math.max(Math.abs(row - y2), Math.abs(column - x2)) < r2 / 3.5 ? 2 : 0;
  });
  const shape = [count, size, size, 1];
  const y = tensor(classes, shape, 'int32');
  // Discs and squares have the same brightness: only their outlines tell them apart.
  return {
    x: tidy(() =>
      y
        .greater(0)
        .cast('float32')
        .add(randomNormal(shape, 0, 0.3)),
    ),
    y,
  };
}

/** Two convolutions that keep the size. */
function block(x: SymbolicTensor, filters: number): SymbolicTensor {
  const convolution = () => layers.conv2d({ filters, kernelSize: 3, padding: 'same', activation: 'relu' });
  return convolution().apply(convolution().apply(x));
}

/** Halve the image `depth` times, then double it again; each step up also receives the features of the step down. */
function unet(depth: number, filters: number): ReturnType<typeof model> {
  const inputs = input({ shape: [size, size, 1] });
  const passed: SymbolicTensor[] = [];
  let x = inputs;
  for (let level = 0; level < depth; level++) {
    x = block(x, filters * 2 ** level);
    passed.push(x);
    x = layers.maxPooling2d({ poolSize: 2 }).apply(x);
  }
  x = block(x, filters * 2 ** depth);
  for (let level = depth - 1; level >= 0; level--) {
    const up = layers.conv2dTranspose({ filters: filters * 2 ** level, kernelSize: 2, strides: 2 }).apply(x);
    x = block(layers.concatenate().apply([passed[level], up]), filters * 2 ** level);
  }
  return model({ inputs, outputs: layers.conv2d({ filters: 3, kernelSize: 1, activation: 'softmax' }).apply(x) });
}

const train = drawScenes(quick ? 64 : 256);
const test = drawScenes(32);
const net = unet(2, 8);
net.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy', metrics: ['accuracy'] });
net.optimizer.learningRate = 0.005;
await net.fit(train.x, train.y, { epochs: quick ? 12 : 20, batchSize: 16, verbose: quick ? 0 : 2 });

const predicted = tidy(() => (net.predict(test.x) as Tensor).argMax(-1).expandDims(-1));
for (const [label, name] of ['background', 'disc', 'square'].entries()) {
  const overlap = tidy(() => {
    const [truth, guess] = [test.y.equal(label), predicted.equal(label)];
    return truth.logicalAnd(guess).mean().div(truth.logicalOr(guess).mean()).dataSync()[0];
  });
  console.log(`${name}: intersection over union ${overlap.toFixed(3)}`);
}

const first = concat([test.y, predicted], 2).slice([0, 0, 0, 0], [1, size, 2 * size, 1]);
console.log('the first test picture and its prediction:');
for (const row of first.reshape([size, 2 * size]).arraySync() as number[][]) {
  console.log(row.map((label) => ' o#'[label]).join(''));
}
