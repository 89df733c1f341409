import { setBackend } from '../../src/backends/registry.js';
import { hashOf } from '../../src/base/hash.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import * as losses from '../../src/losses/index.js';
import { model as functional } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { adam } from '../../src/optim/adam.js';
import { sgd } from '../../src/optim/sgd.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import type { Replicas } from '../../src/training/distribution.js';
import { lenet5 } from '../../src/zoo/lenet5.js';

const SAMPLES = 83;
const BATCH = 9;
const EPOCHS = 5;
const CLASSES = 5;

/** LeNet-5's shape at a small size, with everything that draws random numbers for each sample. */
function lenet(): Model {
  const net = sequential();
  net.add(layers.gaussianNoise({ stddev: 0.1, inputShape: [12, 12, 1] }));
  net.add(layers.randomFlip({ mode: 'horizontal' }));
  net.add(layers.conv2d({ filters: 4, kernelSize: 3, activation: 'tanh', kernelRegularizer: 'l2' }));
  net.add(layers.averagePooling2d({ poolSize: 2 }));
  net.add(layers.dropout({ rate: 0.25 }));
  net.add(layers.flatten());
  net.add(layers.dense({ units: 20, activation: 'relu' }));
  net.add(layers.dense({ units: 5, activation: 'softmax' }));
  return net;
}

/** A residual network with batch normalization over all processes' rows. */
function residual(): Model {
  const x = input({ shape: [12, 12, 1] });
  const conv = (filters: number) => layers.conv2d({ filters, kernelSize: 3, padding: 'same', useBias: false });
  const norm = () => layers.batchNormalization({ synchronized: true, momentum: 0.9 });
  const stem = layers.activation({ activation: 'relu' }).apply(norm().apply(conv(6).apply(x)));
  const inner = norm().apply(conv(6).apply(stem));
  const sum = layers.activation({ activation: 'relu' }).apply(layers.add().apply([stem, inner]));
  const pooled = layers.globalAveragePooling2d().apply(sum);
  return functional({ inputs: x, outputs: layers.dense({ units: 5, activation: 'softmax' }).apply(pooled) });
}

/** The models that are trained; `weighted` is `lenet` with weights of samples and classes. */
const MODELS: Readonly<Record<string, () => Model>> = {
  lenet,
  weighted: lenet,
  residual,
  lenet5: () => lenet5({ classes: CLASSES }),
};

export interface Trained {
  readonly model: Model;
  readonly history: Readonly<Record<string, readonly number[]>>;
  /**
   * The loss after each step, as the progress bar shows it: the mean of the epoch's steps so far. Of the first process.
   */
  readonly stepLosses: readonly number[];
  /** Of the weights after each epoch. */
  readonly fingerprints: readonly string[];
}

/** Train a model for 50 steps, alone or with others. The last batch of an epoch is not full. */
export async function trainExample(kind: string, distribute: Replicas | null, backend = 'wasm'): Promise<Trained> {
  await setBackend(backend, backend === 'wasm' ? { threads: 1 } : undefined);
  setSeed(11);
  const model = MODELS[kind]();
  model.compile({
    optimizer: kind === 'residual' ? sgd({ learningRate: 0.01, momentum: 0.9 }) : adam({ learningRate: 0.005 }),
    loss:
      kind === 'weighted'
        ? losses.loss('sparseCategoricalCrossentropy', { ignoreClass: 4, reduction: 'mean_with_sample_weight' })
        : 'sparseCategoricalCrossentropy',
    metrics: ['accuracy'],
  });
  const { x, labels, validationData } = picturesOf(kind === 'lenet5' ? 28 : 12);
  const sampleWeight = Float32Array.from(uniformValues(SAMPLES, 3), (value) => 0.5 + value);
  const history: Record<string, number[]> = {};
  const stepLosses: number[] = [];
  const fingerprints: string[] = [];
  // Only the first process has callbacks called. All see their weights between two calls of fit.
  const epochsOfCall = kind === 'lenet5' || kind === 'residual' ? 1 : EPOCHS;
  for (let epoch = 0; epoch < EPOCHS; epoch += epochsOfCall) {
    const trained = await model.fit(x, labels, {
      batchSize: BATCH,
      initialEpoch: epoch,
      epochs: epoch + epochsOfCall,
      sampleWeight: kind === 'weighted' ? sampleWeight : undefined,
      classWeight: kind === 'weighted' ? { 0: 2, 3: 0.5 } : undefined,
      validationData,
      distribute,
      callbacks: { onBatchEnd: (_, { loss }) => void stepLosses.push(loss) },
    });
    for (const [name, values] of Object.entries(trained.history)) (history[name] ??= []).push(...values);
    fingerprints.push(await fingerprintOf(model));
  }
  return { model, history, stepLosses, fingerprints };
}

/** Images of distinguishable classes: each is bright in different rows. */
function picturesOf(side: number) {
  const size = side * side;
  const bright = 2 * side;
  const pixels = Float32Array.from(uniformValues(SAMPLES * size, 1));
  const labels = Int32Array.from(uniformValues(SAMPLES, 2), (value) => Math.floor(value * CLASSES));
  for (const [sample, label] of labels.entries()) {
    for (let i = 0; i < bright; i++) pixels[sample * size + label * bright + i] += 1;
  }
  const x = { values: pixels, shape: [SAMPLES, side, side, 1] };
  const validation = { values: pixels.subarray(0, 20 * size), shape: [20, side, side, 1] };
  return { x, labels, validationData: [validation, labels.subarray(0, 20)] as const };
}

export async function fingerprintOf({ weights }: Model): Promise<string> {
  let hash: number | undefined;
  for (const { variable } of weights) hash = hashOf(await variable.data(), hash);
  return String(hash);
}
