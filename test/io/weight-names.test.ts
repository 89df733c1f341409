import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { writeZip } from '../../src/io/bytes/zip.js';
import { writeHdf5 } from '../../src/io/hdf5/write.js';
import { writeTexts } from '../../src/io/keras/attributes.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { expectFormatError, onCpu, valuesOf } from './helpers.js';

/* Which array of a file goes into which weight. */

onCpu();

/** Dense layers of two inputs and outputs without a bias, so that any kernel fits any of them. */
const square = (name: string | undefined, trainable = true) =>
  layers.dense({ units: 2, useBias: false, name, trainable, inputShape: [2] });

/** Sets every weight of the n-th layer to n. */
function fillInOrder(model: Model): Model {
  for (const [index, weight] of model.weights.entries()) weight.variable.assign(weight.variable.mul(0).add(index + 1));
  return model;
}

/** The first number of the weights of each layer, by the names of the layers. */
const firstNumbers = (model: Model): Record<string, number> =>
  Object.fromEntries(model.weights.map((weight) => [weight.path, weight.variable.dataSync()[0]]));

const nested = (frozen: boolean) =>
  sequential({ layers: [sequential({ name: 'inner', layers: [square('a', !frozen), square('b')] })] });

describe('frozen layers', () => {
  // Keras writes frozen weights last, and reads by position (keras#6607).
  test.each(['h5', 'keras', 'safetensors', 'weights.h5'] as const)('keep their weights through %s', async (format) => {
    for (const [saved, loaded] of [
      [false, true],
      [true, false],
    ]) {
      const bytes = await encodeModel(fillInOrder(nested(saved)), format);
      const model = nested(loaded);
      await loadWeights(model, bytes);
      expect(firstNumbers(model)).toEqual({ 'a/kernel': 1, 'b/kernel': 2 });
    }
  });

  test('with automatic names go by the order of their creation', async () => {
    const automatic = (frozen: boolean) =>
      sequential({ layers: [sequential({ name: 'inner', layers: [square(undefined, !frozen), square(undefined)] })] });
    const bytes = await encodeModel(fillInOrder(automatic(true)), 'h5');
    const model = automatic(false);
    await loadWeights(model, bytes);
    expect(model.weights.map(({ variable }) => variable.dataSync()[0])).toEqual([1, 2]);
  });
});

describe.each(['h5', 'keras', 'weights.h5', 'safetensors'] as const)('names that were chosen, through %s', (format) => {
  const stack = (...names: string[]) => sequential({ layers: names.map((name) => square(name)) });

  test('decide where weights go, whatever the order is', async () => {
    const bytes = await encodeModel(fillInOrder(stack('a', 'b')), format);
    const model = stack('b', 'a');
    await loadWeights(model, bytes);
    expect(firstNumbers(model)).toEqual({ 'a/kernel': 1, 'b/kernel': 2 });
  });

  test('that differ are an error, and with byOrder Keras’s order', async () => {
    const bytes = await encodeModel(fillInOrder(stack('a', 'b')), format);
    await expectFormatError(loadWeights(stack('b', 'c'), bytes), /\ba\b|\bc\b/);
    const model = stack('b', 'c');
    const { loaded, missing } = await loadWeights(model, bytes, { byOrder: true });
    expect(missing).toEqual([]);
    expect(loaded).toHaveLength(2);
    if (format !== 'safetensors') expect(firstNumbers(model)).toEqual({ 'b/kernel': 1, 'c/kernel': 2 });
  });

  test('of which some are missing are a report with byName or strict: false', async () => {
    const bytes = await encodeModel(fillInOrder(stack('a', 'b')), format);
    for (const options of [{ byName: true }, { strict: false }]) {
      const model = stack('b', 'c');
      const report = await loadWeights(model, bytes, options);
      expect(report.loaded).toEqual(['b/kernel']);
      expect(report.missing).toEqual(['c/kernel']);
      expect(firstNumbers(model)['b/kernel']).toBe(2);
    }
  });

  test('that are automatic do not matter', async () => {
    const automatic = () => sequential({ layers: [square(undefined), square(undefined)] });
    const bytes = await encodeModel(fillInOrder(automatic()), format);
    const model = automatic();
    await loadWeights(model, bytes);
    expect(model.weights.map(({ variable }) => variable.dataSync()[0])).toEqual([1, 2]);
  });
});

describe('names of tfjs', () => {
  const fixture = (name: string) => {
    const path = fileURLToPath(new URL(`../fixtures/tfjs/${name}.json`, import.meta.url));
    return JSON.parse(readFileSync(path, 'utf8'));
  };
  const files = ({ model, weights }: { model: unknown; weights: string }): File[] => [
    new File([JSON.stringify(model)], 'model.json'),
    new File([Buffer.from(weights, 'base64')], 'weights.bin'),
  ];

  // Among them depthwise_kernel, hard_sigmoid and bilinear upsampling, which Keras 3 computes otherwise.
  test('and its formulas: a model with its optimizer gives what tfjs 4.22 computes', async () => {
    const saved = fixture('adam');
    const model = await loadModel(files(saved));
    const [output] = valuesOf(model.predict({ values: Float32Array.from(saved.x), shape: [8, 3, 3, 2] }));
    expect(output).toHaveLength(saved.output.length);
    for (const [index, value] of output.entries()) expect(value).toBeCloseTo(saved.output[index], 5);
  });
});

describe('Keras 1', () => {
  // K.deconv2d of Keras 1.2.2 exchanges the last two axes of the kernel; preprocess_weights_for_loading of Keras 2 does
  // it in the file's.
  test('kernels of Deconvolution2D are [rows, columns, inputs, filters]', async () => {
    const config = {
      class_name: 'Sequential',
      config: [
        {
          class_name: 'Deconvolution2D',
          config: {
            name: 'deconvolution2d_1',
            batch_input_shape: [null, 2, 2, 3],
            nb_filter: 2,
            nb_row: 1,
            nb_col: 1,
            output_shape: [null, 2, 2, 2],
            border_mode: 'valid',
            subsample: [1, 1],
            dim_ordering: 'tf',
            activation: 'linear',
            bias: true,
          },
        },
      ],
    };
    const bytes = await writeHdf5((root) => {
      root.text('keras_version', '1.2.2', 'bytes').text('model_config', JSON.stringify(config), 'bytes');
      const group = root.child('model_weights').text('keras_version', '1.2.2', 'bytes');
      writeTexts(group, 'layer_names', ['deconvolution2d_1']);
      const layer = group.child('deconvolution2d_1');
      writeTexts(layer, 'weight_names', ['deconvolution2d_1_W', 'deconvolution2d_1_b']);
      layer.numbers('deconvolution2d_1_W', Float32Array.of(1, 2, 3, 4, 5, 6), [1, 1, 3, 2]);
      layer.numbers('deconvolution2d_1_b', Float32Array.of(0, 0), [2]);
    });
    const model = await loadModel(bytes);
    expect(valuesOf(model.weights[0].variable)).toEqual([[1, 3, 5, 2, 4, 6]]);
    // One pixel of (1, 1, 1): each filter gets the sum over the inputs.
    const pixels = { values: new Float32Array(12).fill(1), shape: [1, 2, 2, 3] };
    expect(valuesOf(model.predict(pixels))[0].slice(0, 2)).toEqual([1 + 3 + 5, 2 + 4 + 6]);
  });
});

describe('paths of Keras 2', () => {
  const names = ['first', 'second', 'third'];
  const config = {
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [
        { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 2] } },
        ...names.map((name) => ({ class_name: 'Dense', config: { name, units: 2, use_bias: false } })),
        { class_name: 'Activation', config: { name: 'act', activation: 'relu' } },
      ],
    },
  };

  /** A .keras file as tf_keras 2.12 to 2.15 lays it out. */
  const keras = async (version: string, groups: readonly string[]) => {
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const weights = await writeHdf5((root) => {
      for (const [index, group] of groups.entries()) {
        root
          .child(group)
          .child('vars')
          .numbers('0', new Float32Array(4).fill(index + 1), [2, 2]);
      }
      root.child('vars');
    });
    return writeZip({
      'metadata.json': text({ keras_version: version }),
      'config.json': text(config),
      'model.weights.h5': weights,
    });
  };
  const expected = { 'first/kernel': 1, 'second/kernel': 2, 'third/kernel': 3 };
  const layout = {
    // saving_lib.py of 2.12: a layer with weights is listed twice (functional.py, _layer_checkpoint_dependencies).
    '2.12.0': ['dense', 'dense_2', 'dense_4'].map((name) => `_layer_checkpoint_dependencies/${name}`),
    '2.15.0': ['dense', 'dense_1', 'dense_2'].map((name) => `layers/${name}`),
    // On Windows, os.path.join.
    '2.13.1': ['dense', 'dense_2', 'dense_4'].map((name) => `_layer_checkpoint_dependencies\\${name}`),
    '2.14.0': ['dense', 'dense_1', 'dense_2'].map((name) => `layers\\${name}`),
  };

  test.each(Object.entries(layout))('%s', async (version, groups) => {
    const bytes = await keras(version, groups);
    expect(firstNumbers(await loadModel(bytes))).toEqual(expected);
    // By name: the config says the names, the paths do not.
    const model = sequential({ layers: [square('third'), square('dense'), square('first')] });
    const { loaded, missing } = await loadWeights(model, bytes, { byName: true });
    expect(loaded).toEqual(['third/kernel', 'first/kernel']);
    expect(missing).toEqual(['dense/kernel']);
    expect(firstNumbers(model)).toMatchObject({ 'third/kernel': 3, 'first/kernel': 1 });
  });

  // saving_lib.py of 2.12 and 2.13 makes a group for every layer and counts a layer with weights twice, within each
  // model; one without weights, such as the model of augmentations here, once.
  describe.each(['/', '\\\\'])('of nested models, joined by %s', (separator) => {
    const list = '_layer_checkpoint_dependencies';
    const first = { class_name: 'InputLayer', config: { name: 'in', batch_input_shape: [null, 2] } };
    const dense = (name: string) => ({ class_name: 'Dense', config: { name, units: 2, use_bias: false } });
    const stackOf = (name: string, all: object[]) => ({
      class_name: 'Sequential',
      config: { name, layers: [first, ...all] },
    });
    const relu = { class_name: 'Activation', config: { name: 'act', activation: 'relu' } };
    const nestedConfig = stackOf('all', [
      stackOf('augment', [relu]),
      stackOf('encoder', [dense('e1'), dense('e2')]),
      stackOf('decoder', [dense('d1'), dense('d2')]),
      dense('head'),
    ]);
    const groups: readonly (readonly [path: readonly string[], value: number | null])[] = [
      [[list, 'sequential'], null],
      [[list, 'sequential', list, 'activation'], null],
      [[list, 'sequential_1'], null],
      [[list, 'sequential_1', list, 'dense'], 1],
      [[list, 'sequential_1', list, 'dense_2'], 2],
      [[list, 'sequential_3'], null],
      [[list, 'sequential_3', list, 'dense'], 3],
      [[list, 'sequential_3', list, 'dense_2'], 4],
      [[list, 'dense'], 5],
    ];
    const file = async () => {
      const weights = await writeHdf5((root) => {
        for (const [path, value] of groups) {
          const group = separator === '/' ? path.reduce((at, key) => at.child(key), root) : root.child(path.join('\\'));
          const vars = group.child('vars');
          if (value !== null) vars.numbers('0', new Float32Array(4).fill(value), [2, 2]);
        }
      });
      const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
      return writeZip({
        'metadata.json': text({ keras_version: '2.13.1' }),
        'config.json': text(nestedConfig),
        'model.weights.h5': weights,
      });
    };

    test('are matched by the numbers in their own list', async () => {
      expect(firstNumbers(await loadModel(await file()))).toEqual({
        'e1/kernel': 1,
        'e2/kernel': 2,
        'd1/kernel': 3,
        'd2/kernel': 4,
        'head/kernel': 5,
      });
    });

    test('load by name, which a path never is', async () => {
      const model = sequential([square('d2'), square('dense'), square('head')]);
      const { loaded, missing } = await loadWeights(model, await file(), { byName: true });
      expect(loaded).toEqual(['d2/kernel', 'head/kernel']);
      expect(missing).toEqual(['dense/kernel']);
      expect(firstNumbers(model)).toMatchObject({ 'd2/kernel': 4, 'head/kernel': 5 });
    });
  });

  test('without the layers are an error', async () => {
    const bytes = await keras('2.15.0', ['somewhere/else']);
    await expectFormatError(loadModel(bytes), /0 weights for first \(Dense\), which has 1/);
  });

  test('a file of weights without names refuses byName', async () => {
    const bytes = await writeHdf5((root) => {
      root.child('layers/dense/vars').numbers('0', new Float32Array(4), [2, 2]);
    });
    const model = sequential({ layers: [square('first')] });
    await loadWeights(model, bytes);
    await expectFormatError(loadWeights(model, bytes, { byName: true }), /it has no layer names/);
  });
});
