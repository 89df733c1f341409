import '../../src/ops/methods.js';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { gradCam } from '../../src/interpret/grad-cam.js';
import { featureMaps, filters } from '../../src/interpret/layer-maps.js';
import { saliency } from '../../src/interpret/saliency.js';
import { clearSession } from '../../src/layers/base/naming.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { tensor } from '../../src/ops/creation.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import { resnet50Signs } from '../../src/zoo/resnet50-signs.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('wasm')));
beforeEach(() => {
  clearSession();
  setSeed(2);
});

const SIDE = 6;
const pixels = uniformValues(2 * SIDE * SIDE * 2, 7);
const images = () => tensor(pixels, [2, SIDE, SIDE, 2], 'float32');

/** A convolution, the mean of each map, a dense layer with softmax: all in numbers that a test can follow. */
function classifier(): Model {
  const x = input({ shape: [SIDE, SIDE, 2] });
  const maps = layers.conv2d({ filters: 3, kernelSize: 3, padding: 'same', name: 'maps' }).apply(x);
  const means = layers.globalAveragePooling2d().apply(maps);
  return model({ inputs: x, outputs: layers.dense({ units: 4, activation: 'softmax', name: 'scores' }).apply(means) });
}

const kernelOf = (made: Model) => made.getLayer('scores').weights[0].read().dataSync();

describe('models within a model', () => {
  test('are looked into: maps, filters and Grad-CAM are those of the inner model', () => {
    const inner = classifier();
    const x = input({ shape: [SIDE, SIDE, 2] });
    const outer = model({ inputs: x, outputs: inner.apply(layers.randomFlip().apply(x)) as never });
    expect(gradCam(outer, images())).toEqual(gradCam(inner, images()));
    expect(gradCam(outer, images(), { layer: 'maps', classIndex: 1 })).toEqual(
      gradCam(inner, images(), { layer: 'maps', classIndex: 1 }),
    );
    expect(featureMaps(outer, images(), { layer: 'maps' })).toEqual(featureMaps(inner, images(), { layer: 'maps' }));
    expect(filters(outer)).toEqual(filters(inner));
    expect(() => featureMaps(outer, images(), { layer: 'map' })).toThrow("did you mean 'maps'?");
  });

  test('a layer that pools over all positions is passed over', () => {
    const x = input({ shape: [SIDE, SIDE, 2] });
    const maps = layers.conv2d({ filters: 3, kernelSize: 3, name: 'maps' }).apply(x);
    const pooled = layers.flatten().apply(layers.averagePooling2d({ poolSize: 4, name: 'pooled' }).apply(maps));
    const made = model({ inputs: x, outputs: layers.dense({ units: 2, activation: 'softmax' }).apply(pooled) });
    expect(gradCam(made, images())).toEqual(gradCam(made, images(), { layer: 'maps' }));
  });
});

describe('gradCam', () => {
  test('is the CAM of a network whose maps are averaged: maps weighed by the dense kernel, in float64', () => {
    const made = classifier();
    const { maps, classes, shape } = gradCam(made, images(), { classIndex: 2 });
    expect([shape, classes]).toEqual([
      [2, SIDE, SIDE],
      [2, 2],
    ]);
    const features = featureMaps(made, images(), { layer: 'maps' });
    const kernel = kernelOf(made);
    for (let image = 0; image < 2; image++) {
      // d score / d map is kernel / 36 everywhere; its mean weighs the map.
      const expected = Array.from({ length: SIDE * SIDE }, (_, at) =>
        Math.max(
          0,
          [0, 1, 2].reduce((sum, k) => sum + kernel[k * 4 + 2] * features.data[(image * SIDE * SIDE + at) * 3 + k], 0),
        ),
      );
      const largest = Math.max(...expected);
      for (const [at, value] of expected.entries())
        expect(maps[image * SIDE * SIDE + at]).toBeCloseTo(value / largest, 5);
    }
  });

  test('explains the class with the largest score of each image', () => {
    const made = classifier();
    const scores = (made.predict(images()) as ReturnType<typeof images>).dataSync();
    const best = [0, 1].map((row) => {
      const row4 = Array.from(scores.subarray(4 * row, 4 * row + 4));
      return row4.indexOf(Math.max(...row4));
    });
    expect(gradCam(made, images()).classes).toEqual(best);
  });

  test('handles residual blocks, returns maps in the size of the images, and frees its tensors', () => {
    const made = resnet50Signs({ inputShape: [64, 64, 3] });
    const x = tensor(uniformValues(64 * 64 * 3, 1), [1, 64, 64, 3], 'float32');
    // The first call makes the weights.
    gradCam(made, x);
    const before = memory().numTensors;
    const { maps, shape } = gradCam(made, x);
    expect(shape).toEqual([1, 64, 64]);
    expect(Math.max(...maps)).toBeCloseTo(1, 6);
    expect(memory().numTensors).toBe(before);
  });
});

describe('saliency', () => {
  test('is the largest gradient of the logit over the channels, by finite differences', () => {
    const made = classifier();
    const { maps } = saliency(made, images(), { classIndex: 1 });
    // The logits: the same model without its softmax.
    const logits = model({
      inputs: made.inputs[0],
      outputs: made.getLayer('global_average_pooling2d').output as never,
    });
    const kernel = kernelOf(made);
    const score = (values: Float32Array) => {
      const means = (
        logits.predict(tensor(values, [1, SIDE, SIDE, 2], 'float32')) as ReturnType<typeof images>
      ).dataSync();
      return [0, 1, 2].reduce((sum, k) => sum + means[k] * kernel[k * 4 + 1], 0);
    };
    const first = Float32Array.from(pixels.subarray(0, SIDE * SIDE * 2));
    const slopes = Array.from({ length: SIDE * SIDE }, (_, at) =>
      Math.max(
        ...[0, 1].map((channel) => {
          const moved = Float32Array.from(first);
          // The score is linear: any step is exact.
          moved[2 * at + channel] += 8;
          return Math.abs(score(moved) - score(first)) / 8;
        }),
      ),
    );
    const largest = Math.max(...slopes);
    for (const [at, slope] of slopes.entries()) expect(maps[at]).toBeCloseTo(slope / largest, 4);
  });
});

describe('featureMaps and filters', () => {
  test('return the feature maps of a layer, and its filters', () => {
    const made = classifier();
    expect(featureMaps(made, images()).shape).toEqual([2, SIDE, SIDE, 3]);
    const kernel = made.getLayer('maps').weights[0].read().dataSync();
    const shown = filters(made);
    expect(shown.shape).toEqual([3, 3, 3, 2]);
    for (let filter = 0; filter < 3; filter++) {
      expect(shown.get(filter, 1, 2, 1)).toBe(kernel[((1 * 3 + 2) * 2 + 1) * 3 + filter]);
    }
  });

  test('refuse layers that give no maps by name', () => {
    const made = classifier();
    expect(() => featureMaps(made, images(), { layer: 'map' })).toThrow(
      /layer is 'map' .* expected one of maps; did you mean 'maps'/,
    );
    expect(() => gradCam(made, images(), { layer: 'scores' })).toThrow(/expected one of maps/);
    expect(() => filters(made, { layer: 'scores' })).toThrow(/expected a convolution: maps/);
    expect(() => gradCam(made, images(), { classIndex: 9 })).toThrow('gradCam: classIndex is 9, expected 0 to 3');
    expect(() => gradCam(made, tensor([1, 2], [1, 2]))).toThrow(
      'gradCam: x is [1,2], expected [any,6,6,2], a batch of images',
    );
  });
});
