import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

const CLASSES = 4;
const SIDE = 16;

/** Examples as activations of the base network, and their labels. */
class ControllerDataset {
  xs: tf.Tensor | null = null;
  ys: tf.Tensor | null = null;

  addExample(example: tf.Tensor, label: number): void {
    const y = tf.tidy(() => tf.oneHot(tf.tensor1d([label]).toInt(), CLASSES));
    if (this.xs == null || this.ys == null) {
      this.xs = tf.keep(example);
      this.ys = tf.keep(y);
      return;
    }
    const [oldX, oldY] = [this.xs, this.ys];
    this.xs = tf.keep(oldX.concat(example, 0));
    this.ys = tf.keep(oldY.concat(y, 0));
    for (const each of [oldX, oldY, y]) each.dispose();
  }
}

/** A network that was trained elsewhere: its frame of convolutions is used as it is. */
async function savedBase(): Promise<tf.io.IOHandler> {
  const base = tf.sequential();
  base.add(tf.layers.conv2d({ inputShape: [SIDE, SIDE, 3], filters: 6, kernelSize: 3, strides: 2, padding: 'same' }));
  base.add(tf.layers.batchNormalization());
  base.add(tf.layers.reLU({ maxValue: 6, name: 'conv_pw_13_relu' }));
  base.add(tf.layers.globalAveragePooling2d({}));
  base.add(tf.layers.dense({ units: 10, activation: 'softmax' }));
  let saved: tf.io.ModelArtifacts | undefined;
  await base.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return null;
    }),
  );
  return tf.io.fromMemory(saved!);
}

/** A frame of a camera that is turned one of four ways, between -1 and 1 as MobileNet takes it. */
function capture(turn: number, noise: number): tf.Tensor4D {
  return tf.tidy(() => {
    const frame = tf.buffer([SIDE, SIDE, 3], 'int32');
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const bright = [y < SIDE / 2, y >= SIDE / 2, x < SIDE / 2, x >= SIDE / 2][turn] ? 200 : 20;
        for (let c = 0; c < 3; c++) frame.set(bright + ((x * 7 + y * 5 + c + noise) % 30), y, x, c);
      }
    }
    return frame.toTensor().expandDims(0).toFloat().div(127).sub(1) as tf.Tensor4D;
  });
}

test(`webcam-transfer-learning: activations of a cut network train a small one (${NEEDS_TFJS})`, async () => {
  tf.setSeed(11);
  const loaded = await tf.loadLayersModel(await savedBase());
  const base = tf.model({
    inputs: loaded.inputs,
    outputs: loaded.getLayer('conv_pw_13_relu').output as tf.SymbolicTensor,
  });
  tf.tidy(() => base.predict(capture(0, 0)));
  const controller = new ControllerDataset();
  for (let i = 0; i < 16; i++) {
    tf.tidy(() => controller.addExample(base.predict(capture(i % CLASSES, i)) as tf.Tensor, i % CLASSES));
  }
  expect(controller.xs!.shape).toEqual([16, SIDE / 2, SIDE / 2, 6]);

  const model = tf.sequential({
    layers: [
      tf.layers.flatten({ inputShape: base.outputs[0].shape.slice(1) as number[] }),
      tf.layers.dense({ units: 20, activation: 'relu', kernelInitializer: 'varianceScaling', useBias: true }),
      tf.layers.dense({ units: CLASSES, kernelInitializer: 'varianceScaling', useBias: false, activation: 'softmax' }),
    ],
  });
  model.compile({ optimizer: tf.train.adam(0.003), loss: 'categoricalCrossentropy' });
  const losses: number[] = [];
  await model.fit(controller.xs!, controller.ys!, {
    batchSize: Math.floor(controller.xs!.shape[0] * 0.4),
    epochs: 20,
    callbacks: {
      onBatchEnd: async (_batch, logs) => {
        losses.push(logs!.loss as number);
        await tf.nextFrame();
      },
    },
  });
  expect(losses).toHaveLength(20 * 3);
  expectFalling(losses);
  const { numTensors } = tf.memory();
  await model.fit(controller.xs!, controller.ys!, { batchSize: 8, epochs: 1 });
  expect(tf.memory().numTensors).toBe(numTensors);

  for (let turn = 0; turn < CLASSES; turn++) {
    const predicted = tf.tidy(() => {
      const activation = base.predict(capture(turn, 99)) as tf.Tensor;
      return (model.predict(activation) as tf.Tensor).as1D().argMax();
    });
    expect((await predicted.data())[0]).toBe(turn);
    predicted.dispose();
  }
  await checkSaved(model, [3, SIDE / 2, SIDE / 2, 6]);
});
