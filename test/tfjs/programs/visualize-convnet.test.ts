import { expect, test } from 'vitest';
import * as tf from '../../../src/index.js';
import { tfjs } from '../../support/tfjs.js';
import { checkSavedOn, expectFalling, NEEDS_TFJS } from './check-saved.js';

const SIDE = 12;

function network(): tf.Sequential {
  const model = tf.sequential();
  model.add(
    tf.layers.conv2d({
      inputShape: [SIDE, SIDE, 3],
      filters: 4,
      kernelSize: 3,
      activation: 'relu',
      name: 'block1_conv1',
    }),
  );
  model.add(tf.layers.maxPooling2d({ poolSize: 2 }));
  model.add(tf.layers.conv2d({ filters: 5, kernelSize: 3, activation: 'relu', name: 'block2_conv1' }));
  model.add(tf.layers.flatten());
  model.add(tf.layers.dropout({ rate: 0.2 }));
  model.add(tf.layers.dense({ units: 3, activation: 'softmax' }));
  return model;
}

/** A bright square in one of three corners, in values of pixels. */
function squares(count: number): { images: tf.Tensor4D; kinds: tf.Tensor1D } {
  const buffer = tf.buffer([count, SIDE, SIDE, 3]);
  const kinds = Array.from({ length: count }, (_, i) => i % 3);
  for (const [i, kind] of kinds.entries()) {
    const [top, left] = [[1, 1][kind] ?? 7, kind === 1 ? 7 : 1];
    for (let y = 0; y < 4; y++)
      for (let x = 0; x < 4; x++) for (let c = 0; c < 3; c++) buffer.set(255, i, top + y, left + x, c);
  }
  return { images: buffer.toTensor() as tf.Tensor4D, kinds: tf.tensor1d(kinds, 'float32') };
}

/** Center and scale to values of pixels. */
function deprocess(image: tf.Tensor): tf.Tensor {
  return tf.tidy(() => {
    const { mean, variance } = tf.moments(image);
    const scaled = image.sub(mean).div(tf.sqrt(variance).add(tf.backend().epsilon()));
    return tf.clipByValue(tf.clipByValue(scaled.add(0.5), 0, 1).mul(255), 0, 255).asType('int32');
  });
}

/** The feature maps of each layer for an image, and the prediction of the model. */
function activationsOf(model: tf.LayersModel, names: readonly string[], image: tf.Tensor): tf.Tensor[] {
  const outputs = names.map((name) => model.getLayer(name).output as tf.SymbolicTensor);
  const composite = tf.model({ inputs: model.input as tf.SymbolicTensor, outputs: outputs.concat(model.outputs[0]) });
  return composite.predict(image) as tf.Tensor[];
}

/** Gradient ascent in input space to the strongest response of a filter. */
function ascend(model: tf.LayersModel, name: string, filter: number, iterations: number): tf.Tensor[] {
  const [, height, width, depth] = model.inputs[0].shape as number[];
  const outputs = model.getLayer(name).output as tf.SymbolicTensor;
  const part = tf.model({ inputs: model.inputs, outputs });
  const answer = (x: tf.Tensor): tf.Tensor =>
    (part.apply(x, { training: true }) as tf.Tensor).gather(tf.tensor1d([filter], 'int32'), 3);
  return tf.tidy(() => {
    const gradients = tf.grad(answer);
    const start = tf.randomUniform([1, height, width, depth], 0, 1).mul(20).add(128);
    let image: tf.Tensor = start;
    for (let i = 0; i < iterations; i++) {
      const scaled = tf.tidy(() => {
        const found = gradients(image);
        return found.div(tf.sqrt(tf.mean(tf.square(found))).add(tf.backend().epsilon()));
      });
      image = tf.clipByValue(image.add(scaled), 0, 255);
    }
    return [deprocess(image), answer(start).mean(), answer(image).mean()];
  });
}

/** Where the last convolution sees the class, in the size of the image, between 0 and 1. */
function classActivationMap(model: tf.LayersModel, kind: number, x: tf.Tensor4D): tf.Tensor {
  let index = model.layers.length - 1;
  while (index >= 0 && !model.layers[index].getClassName().startsWith('Conv')) index--;
  tf.util.assert(index >= 0, () => 'there is no convolution');
  const found = model.layers[index].output as tf.SymbolicTensor;
  const before = tf.model({ inputs: model.inputs, outputs: found });
  const between = tf.input({ shape: found.shape.slice(1) });
  let y: tf.SymbolicTensor = between;
  for (index++; index < model.layers.length; index++) y = model.layers[index].apply(y) as tf.SymbolicTensor;
  const after = tf.model({ inputs: between, outputs: y });
  return tf.tidy(() => {
    const score = (input: tf.Tensor): tf.Tensor =>
      (after.apply(input, { training: true }) as tf.Tensor).gather(tf.tensor1d([kind], 'int32'), 1);
    const values = before.apply(x) as tf.Tensor;
    const pooled = tf.mean(tf.grad(score)(values), [0, 1, 2]);
    const heat = values.mul(pooled).mean(-1).relu();
    const map = heat.div(heat.max()).expandDims(-1) as tf.Tensor4D;
    return tf.image.resizeBilinear(map, [x.shape[1], x.shape[2]]);
  });
}

test(`visualize-convnet: activations, filters and a class activation map (${NEEDS_TFJS})`, async () => {
  tf.setSeed(2);
  const model = network();
  model.compile({ optimizer: tf.train.adam(0.003), loss: 'sparseCategoricalCrossentropy' });
  const { images, kinds } = squares(24);
  const { history } = await model.fit(images, kinds, { epochs: 8, batchSize: 8 });
  expectFalling(history.loss as number[]);

  const one = images.slice([1, 0, 0, 0], [1, SIDE, SIDE, 3]) as tf.Tensor4D;
  const outputs = activationsOf(model, ['block1_conv1', 'block2_conv1'], one);
  expect(outputs.map(({ shape }) => shape)).toEqual([
    [1, 10, 10, 4],
    [1, 3, 3, 5],
    [1, 3],
  ]);
  const filters = tf.split(outputs[0], outputs[0].shape[3]!, -1);
  const pictures = filters.map((each) => deprocess(tf.tile(each, [1, 1, 1, 3])));
  expect(pictures.map(({ shape, dtype }) => [...shape, dtype])).toEqual(Array(4).fill([1, 10, 10, 3, 'int32']));
  const { values, indices } = tf.topk(outputs[2], 3);
  expect((await indices.data())[0]).toBe(1);
  expect([...(await values.data())].reduce((sum, value) => sum + value)).toBeCloseTo(1, 5);

  const [picture, before, after] = ascend(model, 'block2_conv1', 2, 15);
  expect(picture.shape).toEqual([1, SIDE, SIDE, 3]);
  expect(after.dataSync()[0]).toBeGreaterThanOrEqual(before.dataSync()[0]);

  const map = (await classActivationMap(model, 1, one).data()) as Float32Array;
  expect(map).toHaveLength(SIDE * SIDE);
  expect(Math.max(...map)).toBeGreaterThan(0.5);
  expect(Math.max(...map)).toBeLessThanOrEqual(1);
  await checkSavedOn(model, [{ values: Float32Array.from(await one.data()), shape: [1, SIDE, SIDE, 3] }]);

  if (!tfjs) return;
  // The same weights in tfjs's model give the same map.
  const theirs = await twin(tfjs, model);
  const tensor = tfjs.tensor4d(Float32Array.from(await one.data()), [1, SIDE, SIDE, 3]);
  const expected = await mapOf(tfjs, theirs, tensor);
  const given = await mapOf(tf, model, one);
  for (const [i, value] of given.entries()) expect(Math.abs(value - expected[i])).toBeLessThan(1e-4);
});

async function twin(theirs: typeof tf, model: tf.LayersModel): Promise<tf.LayersModel> {
  let saved: tf.io.ModelArtifacts | undefined;
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return null;
    }),
  );
  return theirs.loadLayersModel(theirs.io.fromMemory(saved!) as never);
}

/** Gradients of a class with respect to the image, without dropout. */
async function mapOf(package_: typeof tf, model: tf.LayersModel, x: tf.Tensor): Promise<Float32Array> {
  const { grad, tensor1d } = package_;
  const score = (input: tf.Tensor): tf.Tensor => (model.apply(input) as tf.Tensor).gather(tensor1d([1], 'int32'), 1);
  return Float32Array.from(await grad(score)(x).data());
}
