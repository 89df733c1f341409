import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { checkSaved, expectFalling, NEEDS_TFJS } from './check-saved.js';

/** Centers an image, and gives its positive and its negative part as channels: twice as many. */
class Antirectifier extends tf.layers.Layer {
  constructor() {
    super({});
    this.supportsMasking = true;
  }

  override computeOutputShape(inputShape: tf.SymbolicShape): tf.SymbolicShape {
    return [inputShape[0], inputShape[1], inputShape[2], 2 * inputShape[3]!];
  }

  override call(inputs: tf.Tensor | readonly tf.Tensor[], kwargs: tf.CallOptions): tf.Tensor {
    const input = Array.isArray(inputs) ? inputs[0] : (inputs as tf.Tensor);
    this.invokeCallHook(inputs, kwargs);
    const [batch, height, width, channels] = input.shape;
    const flat = input.reshape([batch, height * width * channels]);
    const centered = tf.sub(flat, flat.mean(1).expandDims(1));
    return tf.concat([centered.relu().reshape(input.shape), centered.neg().relu().reshape(input.shape)], 3);
  }

  override getClassName(): string {
    return 'Antirectifier';
  }
}

/** A wave in one of two directions. */
function waves(count: number): { images: tf.Tensor4D; labels: tf.Tensor2D } {
  const buffer = tf.buffer([count, 12, 12, 1]);
  const kinds = Array.from({ length: count }, (_, i) => i % 2);
  for (const [i, kind] of kinds.entries()) {
    for (let y = 0; y < 12; y++) for (let x = 0; x < 12; x++) buffer.set(Math.sin(i + (kind ? x : y)), i, y, x, 0);
  }
  return { images: buffer.toTensor() as tf.Tensor4D, labels: tf.oneHot(tf.tensor1d(kinds, 'int32'), 2) as tf.Tensor2D };
}

test('custom-layer: a class of the program splits an image in two, alone', () => {
  const layer = new Antirectifier();
  const image = tf.tensor4d([1, -2, 3, 6], [1, 2, 2, 1]);
  const [positive, negative] = tf.split(layer.apply(image.toFloat()) as tf.Tensor, 2, 3);
  expect([...positive.dataSync()]).toEqual([0, 0, 1, 4]);
  expect([...negative.dataSync()]).toEqual([1, 4, 0, 0]);
  expect(layer.getClassName()).toBe('Antirectifier');
});

test(`custom-layer: it takes the place of rectifiers in a model (${NEEDS_TFJS})`, async () => {
  tf.setSeed(5);
  const model = tf.sequential();
  const conv = { kernelSize: 3, strides: 1, activation: 'linear', kernelInitializer: 'varianceScaling' } as const;
  model.add(tf.layers.conv2d({ inputShape: [12, 12, 1], filters: 4, ...conv }));
  model.add(new Antirectifier());
  model.add(tf.layers.maxPooling2d({ poolSize: [2, 2], strides: [2, 2] }));
  model.add(tf.layers.conv2d({ filters: 4, ...conv }));
  model.add(new Antirectifier());
  model.add(tf.layers.maxPooling2d({ poolSize: [2, 2], strides: [2, 2] }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dense({ units: 2, kernelInitializer: 'varianceScaling', activation: 'softmax' }));
  expect(model.layers[1].outputShape).toEqual([null, 10, 10, 8]);
  model.compile({ optimizer: tf.train.adam(0.01), loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
  const { images, labels } = waves(32);
  const { history } = await model.fit(images, labels, { batchSize: 16, epochs: 6 });
  expectFalling(history.loss as number[]);

  // tfjs loads the layers around it; a class of the program is registered in both.
  tf.serialization.registerClass(Antirectifier);
  await checkSaved(model, [3, 12, 12, 1], (theirs) => {
    class Twin extends theirs.layers.Layer {
      static override className = 'Antirectifier';
      override computeOutputShape = Antirectifier.prototype.computeOutputShape;

      override call(inputs: tf.Tensor | readonly tf.Tensor[]): tf.Tensor {
        const input = Array.isArray(inputs) ? inputs[0] : (inputs as tf.Tensor);
        const flat = input.reshape([input.shape[0], -1]);
        const centered = theirs.sub(flat, flat.mean(1).expandDims(1));
        return theirs.concat([centered.relu().reshape(input.shape), centered.neg().relu().reshape(input.shape)], 3);
      }
    }
    theirs.serialization.registerClass(Twin);
  });
});
