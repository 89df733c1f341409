import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { clearSession } from '../../src/layers/base/naming.js';
import * as layers from '../../src/layers/index.js';
import { type Sequential, sequential } from '../../src/models/sequential.js';
import { mul } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import { resizeBicubic, resizeBilinear } from '../../src/ops/resize.js';
import { setSeed, uniformValues } from '../../src/tensor/random.js';
import { memory } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { ShapedValues } from '../../src/training/samples/sources.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => {
  clearSession();
  setSeed(4);
});

const COUNT = 10;
const bytes = Uint8Array.from(uniformValues(COUNT * 4 * 3, 2), (value) => Math.floor(256 * value));
const labels = { values: Int32Array.from({ length: COUNT }, (_, i) => i % 2), shape: [COUNT] };
const small: ShapedValues = { values: bytes, shape: [COUNT, 4, 3, 1], scale: 1 / 255 };

function classifier(): Sequential {
  const model = sequential();
  model.add(layers.conv2d({ filters: 2, kernelSize: 3, inputShape: [7, 5, 1] }));
  model.add(layers.flatten());
  model.add(layers.dense({ units: 2, activation: 'softmax' }));
  model.compile({ optimizer: 'adam', loss: 'sparseCategoricalCrossentropy' });
  return model;
}

describe.each([
  ['bilinear', resizeBilinear],
  ['bicubic', resizeBicubic],
] as const)('%s', (interpolation, resize) => {
  const resizedInFit = { ...small, resizeTo: [7, 5], interpolation } as const;
  const beforehand = () => resize(mul(tensor(bytes, [COUNT, 4, 3, 1], 'float32'), 1 / 255), [7, 5]);

  test('training, shuffled and held back, is that on images resized beforehand', async () => {
    const options = { epochs: 2, batchSize: 3, validationSplit: 0.2 };
    const { history } = await classifier().fit(resizedInFit, labels, options);
    clearSession();
    setSeed(4);
    const { history: expected } = await classifier().fit(beforehand(), labels, options);
    for (const metric of ['loss', 'val_loss']) {
      for (const [epoch, value] of history[metric].entries()) expect(value).toBeCloseTo(expected[metric][epoch], 6);
    }
  });

  test('prediction too, and nothing is left in memory', () => {
    const model = classifier();
    const expected = (model.predict(beforehand()) as Tensor).dataSync();
    const before = memory();
    const scores = model.predict(resizedInFit, { batchSize: 4 }) as Tensor;
    for (const [i, value] of scores.dataSync().entries()) expect(value).toBeCloseTo(expected[i], 6);
    scores.dispose();
    expect(memory()).toEqual(before);
  });
});

test('bilinear is the default', () => {
  const model = classifier();
  const scores = (given: ShapedValues) => [...(model.predict(given) as Tensor).dataSync()];
  const size = [7, 5] as const;
  expect(scores({ ...small, resizeTo: size })).toEqual(scores({ ...small, resizeTo: size, interpolation: 'bilinear' }));
});

test('a model that is not built is built for the size', () => {
  const model = sequential({ layers: [layers.flatten(), layers.dense({ units: 2 })] });
  model.predict({ ...small, resizeTo: [7, 5] });
  expect(model.inputShape).toEqual([null, 7, 5, 1]);
});

test('refuses samples that are not images, invalid sizes and unknown interpolations', () => {
  const model = classifier();
  const refused = (given: object) => () => model.predict({ ...small, ...given } as ShapedValues);
  expect(refused({ shape: [COUNT, 12], resizeTo: [7, 5] })).toThrow(
    new ShapeError('predict: x is [10,12], expected [count, height, width, channels] with resizeTo'),
  );
  expect(refused({ resizeTo: [7, 6] })).toThrow(new ShapeError('predict: x is [10,7,6,1], expected [10,7,5,1]'));
  expect(refused({ resizeTo: [7, 5], interpolation: 'cubic' })).toThrow(
    new ValueError("predict: x: interpolation is 'cubic', expected bilinear or bicubic"),
  );
  expect(refused({ resizeTo: [0, 5] })).toThrow(
    new ValueError('predict: x: resizeTo is [0,5], expected [height, width], integers ≥ 1'),
  );
});
