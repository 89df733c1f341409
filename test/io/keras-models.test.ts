import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { ready } from '../../src/backends/default.js';
import { readCifar10, readMnist } from '../../src/datasets/index.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { registerLayer } from '../../src/layers/base/register-layer.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { hasKerasModels, kerasModel, valuesOf } from './helpers.js';

/* Models that Keras 2.1.4, 2.4.0, 3.1.1 and 3.15 saved, against outputs of an interpreter that is not nabla's. */

const dataFolder = (name: string): string => fileURLToPath(new URL(`../../../shared/data/${name}`, import.meta.url));

interface Expected {
  readonly accuracy: number;
  readonly first4?: readonly (readonly number[])[];
}

const MEAN = [125.307, 122.95, 113.865];
const DEVIATION = [62.9932, 62.0887, 66.7048];

const PREPROCESS = {
  unit: (value: number) => value / 255,
  raw: (value: number) => value,
  standardized: (value: number, channel: number) => (value - MEAN[channel]) / DEVIATION[channel],
};

const CASES = [
  { file: 'cifar10_lenet_keras2.1.4.h5', set: 'cifar-10', preprocess: 'standardized', samples: 2000, layers: 8 },
  { file: 'cifar10_resnet8_tfkeras2.4.0.h5', set: 'cifar-10', preprocess: 'raw', samples: 2000, layers: 30 },
  { file: 'mnist_cnn_keras3.1.1.h5', set: 'mnist', preprocess: 'unit', samples: 10000, layers: 7 },
  { file: 'mnist_cnn_keras3.1.1.keras', set: 'mnist', preprocess: 'unit', samples: 10000, layers: 7 },
] as const;

describe.skipIf(!hasKerasModels || !existsSync(dataFolder('mnist')))('models Keras saved (needs ../shared)', () => {
  const expected: Record<string, Expected> = hasKerasModels
    ? JSON.parse(readFileSync(kerasModel('expected.json'), 'utf8'))
    : {};

  beforeAll(async () => {
    await ready();
  });

  async function samples(set: 'mnist' | 'cifar-10', preprocess: keyof typeof PREPROCESS, count: number) {
    const { images, labels } =
      set === 'mnist' ? await readMnist(dataFolder(set), 'test') : await readCifar10(dataFolder(set), 'test');
    const [, height, width, channels] = images.shape;
    const convert = PREPROCESS[preprocess];
    const bytes = (images.data as Uint8Array).subarray(0, count * height * width * channels);
    const values = Float32Array.from(bytes, (value, index) => convert(value, index % channels));
    return { x: { values, shape: [count, height, width, channels] }, labels: labels.data as ArrayLike<number> };
  }

  function accuracyOf(model: Model, x: { values: Float32Array; shape: number[] }, labels: ArrayLike<number>) {
    const probabilities = model.predict(x, { batchSize: 200 }) as Tensor;
    const [values] = valuesOf(probabilities);
    probabilities.dispose();
    const count = x.shape[0];
    const rows = Array.from({ length: count }, (_, row) => values.slice(row * 10, row * 10 + 10));
    const correct = rows.filter((row, index) => row.indexOf(Math.max(...row)) === labels[index]).length;
    return { accuracy: correct / count, rows };
  }

  test.each(CASES)(
    '$file reaches its accuracy',
    async ({ file, set, preprocess, samples: count, layers: layerCount }) => {
      const model = await loadModel(kerasModel(file));
      expect(model.layers).toHaveLength(layerCount);
      const { x, labels } = await samples(set, preprocess, count);
      const { accuracy, rows } = accuracyOf(model, x, labels);
      const { first4 } = expected[file];
      for (const [row, values] of first4!.entries()) {
        for (const [index, value] of values.entries()) expect(Math.abs(rows[row][index] - value)).toBeLessThan(1e-4);
      }
      expect(Math.abs(accuracy - expected[file].accuracy)).toBeLessThan(0.002);
      model.dispose();
    },
  );

  test('digits_mlp_keras3.weights.h5 reaches its accuracy in a model of its shape', async () => {
    const file = 'digits_mlp_keras3.weights.h5';
    expect((expected[file] as unknown as { arch: string }).arch).toBe('784-128relu-64relu-10softmax');
    const model = sequential({
      layers: [
        layers.flatten({ inputShape: [28, 28, 1] }),
        layers.dense({ units: 128, activation: 'relu' }),
        layers.dense({ units: 64, activation: 'relu' }),
        layers.dense({ units: 10, activation: 'softmax' }),
      ],
    });
    const { loaded, skipped } = await loadWeights(model, kerasModel(file));
    expect([loaded.length, skipped.length]).toEqual([6, 0]);
    const { x, labels } = await samples('mnist', 'unit', 10000);
    expect(Math.abs(accuracyOf(model, x, labels).accuracy - expected[file].accuracy)).toBeLessThan(0.002);
    model.dispose();
  });

  test('gives optimizers the state that each release saved', async () => {
    const updates = {
      'cifar10_lenet_keras2.1.4.h5': 78200,
      'cifar10_resnet8_tfkeras2.4.0.h5': 781500,
      'mnist_cnn_keras3.1.1.keras': 6330,
    };
    for (const [file, count] of Object.entries(updates)) {
      const model = await loadModel(kerasModel(file));
      expect(model.optimizer.iterations).toBe(count);
      const state = model.optimizer.getWeights();
      expect(state.slice(2).every(({ tensor }) => valuesOf(tensor)[0].some((value) => value !== 0))).toBe(true);
      for (const { tensor } of state) tensor.dispose();
      model.dispose();
    }
  });

  describe('nested_container_keras3.15.0.keras, a class of its author', () => {
    test('says which class it needs', async () => {
      await expect(loadModel(kerasModel('nested_container_keras3.15.0.keras'))).rejects.toThrow(
        /nested_dense_model \(NestedDenseModel\).*registerLayer/,
      );
    });

    test('loads when the class is registered', async () => {
      const square = () => layers.dense({ units: 4, useBias: false });
      registerLayer('NestedDenseModel', (config) =>
        sequential({ name: config.name as string, layers: [square(), square(), square(), layers.dense({ units: 2 })] }),
      );
      const model = await loadModel(kerasModel('nested_container_keras3.15.0.keras'));
      expect(model.name).toBe('nested_dense_model');
      expect(model.countParams()).toBe(3 * 16 + 10);
      model.dispose();
    });
  });
});
