import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, checkSavedOn, expectFalling, NEEDS_TFJS } from './check-saved.js';

const SIDE = 8;
const CLASSES = 4;
const LATENT = 6;
const BATCH = 8;
const LOSSES = ['binaryCrossentropy', 'sparseCategoricalCrossentropy'];

/** A picture from a latent vector and the kind that it shall show. */
function makeGenerator(): tf.LayersModel {
  const cnn = tf.sequential();
  cnn.add(tf.layers.dense({ units: 2 * 2 * 12, inputShape: [LATENT], activation: 'relu' }));
  cnn.add(tf.layers.reshape({ targetShape: [2, 2, 12] }));
  for (const [filters, activation] of [
    [8, 'relu'],
    [1, 'tanh'],
  ] as const) {
    cnn.add(
      tf.layers.conv2dTranspose({
        filters,
        kernelSize: 5,
        strides: 2,
        padding: 'same',
        activation,
        kernelInitializer: 'glorotNormal',
      }),
    );
    if (filters > 1) cnn.add(tf.layers.batchNormalization());
  }
  const latent = tf.input({ shape: [LATENT] });
  const kind = tf.input({ shape: [1] });
  const embedded = tf.layers
    .embedding({ inputDim: CLASSES, outputDim: LATENT, embeddingsInitializer: 'glorotNormal' })
    .apply(kind) as tf.SymbolicTensor;
  // tfjs multiplies [batch, 1, latent] on and does not check what a model inside a model receives; here it is flat.
  const flat = tf.layers.flatten().apply(embedded) as tf.SymbolicTensor;
  const mixed = tf.layers.multiply().apply([latent, flat]) as tf.SymbolicTensor;
  return tf.model({ inputs: [latent, kind], outputs: cnn.apply(mixed) as tf.SymbolicTensor });
}

/** Whether a picture is real, and its kind. */
function makeDiscriminator(): tf.LayersModel {
  const cnn = tf.sequential();
  cnn.add(tf.layers.conv2d({ filters: 8, kernelSize: 3, padding: 'same', strides: 2, inputShape: [SIDE, SIDE, 1] }));
  cnn.add(tf.layers.leakyReLU({ alpha: 0.2 }));
  cnn.add(tf.layers.dropout({ rate: 0.3 }));
  cnn.add(tf.layers.flatten());
  const image = tf.input({ shape: [SIDE, SIDE, 1] });
  const features = cnn.apply(image) as tf.SymbolicTensor;
  const real = tf.layers.dense({ units: 1, activation: 'sigmoid' }).apply(features) as tf.SymbolicTensor;
  const kind = tf.layers.dense({ units: CLASSES, activation: 'softmax' }).apply(features) as tf.SymbolicTensor;
  return tf.model({ inputs: image, outputs: [real, kind] });
}

/** The discriminator judges what the generator makes; only the generator learns here. */
function combine(generator: tf.LayersModel, discriminator: tf.LayersModel): tf.LayersModel {
  const latent = tf.input({ shape: [LATENT] });
  const kind = tf.input({ shape: [1] });
  const fake = generator.apply([latent, kind]) as tf.SymbolicTensor;
  discriminator.trainable = false;
  const outputs = discriminator.apply(fake) as unknown as tf.SymbolicTensor[];
  return tf.model({ inputs: [latent, kind], outputs });
}

/** Bright rows, one a class, between -1 and 1. */
function digits(): { images: tf.Tensor; labels: tf.Tensor } {
  const buffer = tf.buffer([BATCH, SIDE, SIDE, 1]);
  const kinds = Array.from({ length: BATCH }, (_, i) => i % CLASSES);
  for (const [i, kind] of kinds.entries()) {
    for (let x = 0; x < SIDE; x++) {
      for (let y = 0; y < SIDE; y++) buffer.set(y >> 1 === kind ? 1 : -1, i, y, x, 0);
    }
  }
  const oneHot = tf.oneHot(tf.tensor1d(kinds, 'int32'), CLASSES);
  return { images: buffer.toTensor(), labels: tf.expandDims(oneHot.argMax(-1), -1) };
}

const sample = (): [tf.Tensor, tf.Tensor] => [
  tf.randomUniform([BATCH, LATENT], -1, 1),
  tf.randomUniform([BATCH, 1], 0, CLASSES, 'int32').asType('float32'),
];

const soft = (): tf.Tensor => tf.ones([BATCH, 1]).mul(0.95);

const weightsOf = (model: tf.LayersModel): unknown[] => model.getWeights().map((weight) => weight.arraySync());

test(`mnist-acgan: two models of one another train in turns by trainOnBatch (${NEEDS_TFJS})`, async () => {
  tf.setSeed(8);
  const discriminator = makeDiscriminator();
  discriminator.compile({ optimizer: tf.train.adam(0.01, 0.5), loss: LOSSES });
  const generator = makeGenerator();
  const combined = combine(generator, discriminator);
  combined.compile({ optimizer: tf.train.adam(0.01, 0.5), loss: LOSSES });
  const { images, labels } = digits();

  const judged: number[] = [];
  const made: number[] = [];
  let alive = 0;
  for (let step = 0; step < 12; step++) {
    const before = { generator: weightsOf(generator), discriminator: weightsOf(discriminator) };
    const [x, y, kinds] = tf.tidy(() => {
      const [latent, sampled] = sample();
      const fakes = generator.predict([latent, sampled], { batchSize: BATCH }) as tf.Tensor;
      return [
        tf.concat([images, fakes], 0),
        tf.concat([soft(), tf.zeros([BATCH, 1])]),
        tf.concat([labels.asType('float32'), sampled], 0),
      ];
    });
    // tfjs and Keras 2 train what was trainable at `compile`; here `trainable` takes effect at the next step.
    discriminator.trainable = true;
    const discriminated = (await discriminator.trainOnBatch(x, [y, kinds])) as number[];
    discriminator.trainable = false;
    tf.dispose([x, y, kinds]);
    expect(discriminated).toHaveLength(3);
    expect(weightsOf(generator)).toEqual(before.generator);
    const between = weightsOf(discriminator);
    expect(between).not.toEqual(before.discriminator);

    const [latent, sampled, trick] = tf.tidy(() => [...sample(), soft()]);
    const tricked = (await combined.trainOnBatch([latent, sampled], [trick, sampled])) as number[];
    tf.dispose([latent, sampled, trick]);
    expect(weightsOf(discriminator)).toEqual(between);
    expect(weightsOf(generator)).not.toEqual(before.generator);
    judged.push(discriminated[2]);
    made.push(tricked[2]);
    if (step === 1) alive = tf.memory().numTensors;
  }
  expectFalling(judged);
  expect(made.every(Number.isFinite)).toBe(true);
  expect(tf.memory().numTensors).toBe(alive);

  await checkSaved(discriminator, [3, SIDE, SIDE, 1]);
  const latent = Float32Array.from({ length: 2 * LATENT }, (_, i) => Math.sin(i));
  await checkSavedOn(generator, [
    { values: latent, shape: [2, LATENT] },
    { values: Float32Array.of(1, 3), shape: [2, 1] },
  ]);
});
