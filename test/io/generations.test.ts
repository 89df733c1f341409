import { fileURLToPath } from 'node:url';
import { describe, expect, test, vi } from 'vitest';
import { initializers } from '../../src/initializers/index.js';
import { writeHdf5 } from '../../src/io/hdf5/write.js';
import { writeTexts } from '../../src/io/keras/attributes.js';
import { buildModel } from '../../src/io/keras/build-model.js';
import { originOf } from '../../src/io/keras/origin.js';
import { readModelConfig } from '../../src/io/keras/read-config.js';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { branchedModel, expectFormatError, onCpu, valuesOf } from './helpers.js';

/* Differences between the files of Keras releases. */

onCpu();

/** An .h5 file as a release of Keras lays it out. */
const h5 = (
  version: string | null,
  config: unknown,
  weights: Record<string, [name: string, values: number[], shape: number[]][]>,
  backend = 'tensorflow',
) =>
  writeHdf5((root) => {
    if (version) root.text('keras_version', version, 'bytes');
    root.text('model_config', JSON.stringify(config), 'bytes');
    const group = root.child('model_weights').text('backend', backend, 'bytes');
    if (version) group.text('keras_version', version, 'bytes');
    writeTexts(group, 'layer_names', Object.keys(weights));
    for (const [layer, arrays] of Object.entries(weights)) {
      const child = group.child(layer);
      writeTexts(
        child,
        'weight_names',
        arrays.map(([name]) => name),
      );
      for (const [name, values, shape] of arrays) child.numbers(name, Float32Array.from(values), shape);
    }
  });

const kernel = Array.from({ length: 4 }, (_, i) => i + 1);

// get_config and names of weights: convolutional.py, core.py and regularizers.py in keras/layers of Keras 1.2.
describe('Keras 1', () => {
  const convolution = {
    class_name: 'Convolution2D',
    config: {
      name: 'convolution2d_1',
      batch_input_shape: [null, 3, 3, 1],
      input_dtype: 'float32',
      nb_filter: 1,
      nb_row: 2,
      nb_col: 2,
      border_mode: 'valid',
      subsample: [1, 1],
      dim_ordering: 'tf',
      init: 'glorot_uniform',
      activation: 'linear',
      bias: true,
      W_regularizer: { name: 'L1L2Regularizer', l1: 0, l2: 0.01 },
      b_regularizer: null,
      activity_regularizer: null,
      W_constraint: null,
      b_constraint: null,
      trainable: true,
    },
  };
  const rest = [
    { class_name: 'Dropout', config: { name: 'dropout_1', p: 0.25, trainable: true } },
    { class_name: 'Flatten', config: { name: 'flatten_1', trainable: true } },
    {
      class_name: 'Dense',
      config: { name: 'dense_1', output_dim: 2, input_dim: null, init: 'uniform', activation: 'softmax', bias: true },
    },
  ];
  const config = { class_name: 'Sequential', config: [convolution, ...rest] };
  const weights = {
    convolution2d_1: [
      ['convolution2d_1_W', kernel, [2, 2, 1, 1]],
      ['convolution2d_1_b', [0.5], [1]],
    ],
    dropout_1: [],
    flatten_1: [],
    dense_1: [
      ['dense_1_W', [1, 0, 0, 1, 1, 0, 0, 1], [4, 2]],
      ['dense_1_b', [0, 0], [2]],
    ],
  } as Record<string, [string, number[], number[]][]>;
  const image = { values: Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9), shape: [1, 3, 3, 1] };

  test('has other names for classes and options', async () => {
    const model = await loadModel(await h5('1.2.2', config, weights));
    expect(model.layers.map(({ className }) => className)).toEqual(['Conv2D', 'Dropout', 'Flatten', 'Dense']);
    expect(model.layers[0].getConfig()).toMatchObject({
      filters: 1,
      kernelSize: [2, 2],
      padding: 'valid',
      strides: [1, 1],
    });
    expect(model.layers[0].getConfig().kernelRegularizer).toMatchObject({ className: expect.stringMatching(/^L/) });
    expect(model.layers[1].getConfig().rate).toBe(0.25);
    const first = model.layers[0].apply(model.layers[0].weights[0].variable.reshape([1, 2, 2, 1])) as Tensor;
    expect(valuesOf(first)).toEqual([[1 + 4 + 9 + 16 + 0.5]]);
    expect(valuesOf(model.predict(image))[0]).toHaveLength(2);
  });

  test('did not always note its version', async () => {
    const model = await loadModel(await h5(null, config, weights));
    expect(model.layers).toHaveLength(4);
  });

  test('has kernels of Theano turned by 180°', async () => {
    const model = await loadModel(await h5('1.2.2', config, weights, 'theano'));
    expect(valuesOf(model.layers[0].weights[0].variable)).toEqual([[4, 3, 2, 1]]);
    // A dense layer's kernel is the same for all.
    expect(valuesOf(model.layers[3].weights[0].variable)).toEqual([[1, 0, 0, 1, 1, 0, 0, 1]]);
  });

  test('refuses channels first, and modes that are gone', async () => {
    const first = structuredClone(config);
    first.config[0].config = { ...convolution.config, dim_ordering: 'th' };
    await expectFormatError(
      loadModel(await h5('1.2.2', first, weights)),
      /convolution2d_1 \(Conv2D\)/,
      /channels_first/,
    );
    const merge = { class_name: 'Merge', config: { name: 'm', mode: 'cos' } };
    const merged = { class_name: 'Sequential', config: [merge] };
    await expectFormatError(loadModel(await h5('1.2.2', merged, {})), /m \(Merge\): mode is "cos"/);
  });
});

// recurrent.py of Keras 1.2: get_config; trainable_weights are W, U and b of the gates i, c, f, o.
describe('recurrent layers of Keras 1', () => {
  const options = (className: string, name: string, more: object = {}) => ({
    class_name: className,
    config: {
      name,
      output_dim: 1,
      init: 'glorot_uniform',
      inner_init: 'orthogonal',
      activation: 'tanh',
      W_regularizer: null,
      U_regularizer: null,
      b_regularizer: null,
      dropout_W: 0,
      dropout_U: 0,
      return_sequences: false,
      go_backwards: false,
      stateful: false,
      unroll: false,
      consume_less: 'cpu',
      input_dim: 1,
      input_length: null,
      ...more,
    },
  });
  const gated = { inner_activation: 'hard_sigmoid' };
  const start = { batch_input_shape: [null, 2, 1], input_dtype: 'float32' };
  const sequence = { values: Float32Array.of(1, -2), shape: [1, 2, 1] };

  /** W, U and b of each gate, which Keras 1 writes gate by gate. */
  const pieces = (owner: string, gates: string, scale = 1) =>
    [...gates].flatMap((gate, index): [string, number[], number[]][] => [
      [`${owner}_W_${gate}`, [scale * (0.1 + index / 7)], [1, 1]],
      [`${owner}_U_${gate}`, [scale * (0.3 - index / 5)], [1, 1]],
      [`${owner}_b_${gate}`, [scale * (index / 9 - 0.2)], [1]],
    ]);
  const hardSigmoid = (x: number) => Math.min(1, Math.max(0, 0.2 * x + 0.5));

  /** The steps of recurrent.py of Keras 1.2.2 in float64. */
  function lstm(xs: readonly number[], scale = 1): number {
    const gate = (index: number, x: number, h: number) =>
      scale * ((0.1 + index / 7) * x + (0.3 - index / 5) * h + index / 9 - 0.2);
    let [h, c] = [0, 0];
    for (const x of xs) {
      const [i, candidate, f, o] = [0, 1, 2, 3].map((index) => gate(index, x, h));
      c = hardSigmoid(f) * c + hardSigmoid(i) * Math.tanh(candidate);
      h = hardSigmoid(o) * Math.tanh(c);
    }
    return h;
  }
  function gru(xs: readonly number[]): number {
    const input = (index: number, x: number) => (0.1 + index / 7) * x + index / 9 - 0.2;
    const state = (index: number, h: number) => (0.3 - index / 5) * h;
    let h = 0;
    for (const x of xs) {
      const z = hardSigmoid(input(0, x) + state(0, h));
      const r = hardSigmoid(input(1, x) + state(1, h));
      h = z * h + (1 - z) * Math.tanh(input(2, x) + state(2, r * h));
    }
    return h;
  }
  const outputOf = async (layer: object, arrays: [string, number[], number[]][], name: string) => {
    const bytes = await h5('1.2.2', { class_name: 'Sequential', config: [layer] }, { [name]: arrays });
    return valuesOf((await loadModel(bytes)).predict(sequence))[0];
  };

  test('LSTM and GRU are stored gate by gate', async () => {
    const one = options('LSTM', 'lstm_1', { ...gated, ...start, forget_bias_init: 'one' });
    expect((await outputOf(one, pieces('lstm_1', 'icfo'), 'lstm_1'))[0]).toBeCloseTo(lstm([1, -2]), 6);
    const two = options('GRU', 'gru_1', { ...gated, ...start });
    expect((await outputOf(two, pieces('gru_1', 'zrh'), 'gru_1'))[0]).toBeCloseTo(gru([1, -2]), 6);
  });

  test('an initial bias of the forget gate that Keras 2 does not have is named', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    const layer = options('LSTM', 'lstm_1', { ...gated, ...start, forget_bias_init: 'normal' });
    expect((await outputOf(layer, pieces('lstm_1', 'icfo'), 'lstm_1'))[0]).toBeCloseTo(lstm([1, -2]), 6);
    expect(warn.mock.calls.flat().join()).toMatch(/lstm_1.*forget_bias_init is "normal", expected one or zero/);
    warn.mockRestore();
  });

  test('in the mode gpu, and SimpleRNN, as one array for all gates', async () => {
    const gates = (letters: string, kind: string) =>
      [...letters].flatMap((gate) => pieces('lstm_1', 'icfo').find(([name]) => name === `lstm_1_${kind}_${gate}`)![1]);
    const arrays: [string, number[], number[]][] = [
      ['lstm_1_W', gates('ifco', 'W'), [1, 4]],
      ['lstm_1_U', gates('ifco', 'U'), [1, 4]],
      ['lstm_1_b', gates('ifco', 'b'), [4]],
    ];
    const layer = options('LSTM', 'lstm_1', { ...gated, ...start, consume_less: 'gpu', forget_bias_init: 'zero' });
    expect((await outputOf(layer, arrays, 'lstm_1'))[0]).toBeCloseTo(lstm([1, -2]), 6);
    const simple = options('SimpleRNN', 'rnn', start);
    const weights: [string, number[], number[]][] = [
      ['rnn_W', [0.5], [1, 1]],
      ['rnn_U', [2], [1, 1]],
      ['rnn_b', [0.1], [1]],
    ];
    const expected = Math.tanh(0.5 * -2 + 2 * Math.tanh(0.5 + 0.1) + 0.1);
    expect((await outputOf(simple, weights, 'rnn'))[0]).toBeCloseTo(expected, 6);
  });

  test('inside Bidirectional', async () => {
    const layer = {
      class_name: 'Bidirectional',
      config: { name: 'both', merge_mode: 'concat', layer: options('LSTM', 'lstm_1', gated), ...start },
    };
    const arrays = [...pieces('forward_lstm_1', 'icfo'), ...pieces('backward_lstm_1', 'icfo', 2)];
    const values = await outputOf(layer, arrays, 'both');
    expect(values[0]).toBeCloseTo(lstm([1, -2]), 6);
    expect(values[1]).toBeCloseTo(lstm([-2, 1], 2), 6);
  });

  test('a gate that is missing is an error', async () => {
    const layer = options('LSTM', 'lstm_1', { ...gated, ...start });
    const result = outputOf(layer, pieces('lstm_1', 'icfo').slice(0, 9), 'lstm_1');
    await expectFormatError(result, /9 weights for lstm_1 \(LSTM\), which has 3/);
  });
});

describe('inbound nodes', () => {
  const start = {
    class_name: 'InputLayer',
    config: { name: 'in', batch_input_shape: [null, 2] },
    name: 'in',
    inbound_nodes: [],
  };
  const dense = (name: string, inbound_nodes: unknown) => ({
    class_name: 'Dense',
    config: { name, units: 2 },
    name,
    inbound_nodes,
  });
  const add = (inbound_nodes: unknown) => ({ class_name: 'Add', config: { name: 'sum' }, name: 'sum', inbound_nodes });
  const functional = (className: string, all: unknown[], output = [['sum', 0, 0]]) => ({
    class_name: className,
    config: { name: 'f', layers: all, input_layers: [['in', 0, 0]], output_layers: output },
  });
  const tensor = (name: string, call: number) => ({
    class_name: '__keras_tensor__',
    config: { shape: [null, 2], dtype: 'float32', keras_history: [name, call, 0] },
  });
  const expected = [
    {
      inputs: [
        { layer: 'd', call: 0, output: 0 },
        { layer: 'd', call: 1, output: 0 },
      ],
      list: true,
      options: {},
    },
  ];

  test('are lists of inputs in Keras 1, with options in Keras 2, arguments in Keras 3', () => {
    const one = functional('Model', [
      start,
      dense('d', [[['in', 0, 0]], [['d', 0, 0]]]),
      add([
        [
          ['d', 0, 0],
          ['d', 1, 0],
        ],
      ]),
    ]);
    const two = functional('Functional', [
      start,
      dense('d', [[['in', 0, 0, {}]], [['d', 0, 0, { training: false }]]]),
      add([
        [
          ['d', 0, 0, {}],
          ['d', 1, 0, {}],
        ],
      ]),
    ]);
    const three = functional('Functional', [
      start,
      dense('d', [
        { args: [tensor('in', 0)], kwargs: {} },
        { args: [tensor('d', 0)], kwargs: { training: false, mask: null } },
      ]),
      add([{ args: [[tensor('d', 0), tensor('d', 1)]], kwargs: {} }]),
    ]);
    for (const [generation, config] of [
      [1, one],
      [2, two],
      [3, three],
    ] as const) {
      const { layers: read } = readModelConfig(config, originOf(generation, 'file'), 'file');
      expect(read[2].calls).toEqual(expected);
      expect(read[1].calls).toHaveLength(2);
      expect(read[1].calls[1].options).toEqual(generation === 1 ? {} : { training: false });
    }
  });

  test('count a nested model from 1 in Keras 2, and in Keras 3 where outputs are listed', () => {
    const inner = {
      class_name: 'Functional',
      config: { name: 'inner', layers: [start], input_layers: [['in', 0, 0]], output_layers: [['in', 0, 0]] },
      name: 'inner',
    };
    const refs = (generation: 2 | 3, nested: unknown, tail: unknown, output: unknown) => {
      const config = functional('Functional', [start, nested, tail], output as (string | number)[][]);
      const model = readModelConfig(config, originOf(generation, 'file'), 'file');
      return [model.layers[2].calls[0].inputs[0].call, model.outputs[0].call];
    };
    const calls2 = { ...inner, inbound_nodes: [[['in', 0, 0, {}]], [['in', 0, 0, {}]]] };
    expect(refs(2, calls2, dense('d', [[['inner', 2, 0, {}]]]), [['inner', 1, 0]])).toEqual([1, 0]);
    const calls3 = {
      ...inner,
      inbound_nodes: [
        { args: [tensor('in', 0)], kwargs: {} },
        { args: [tensor('in', 0)], kwargs: {} },
      ],
    };
    expect(refs(3, calls3, dense('d', [{ args: [tensor('inner', 1)], kwargs: {} }]), [['inner', 1, 0]])).toEqual([
      1, 0,
    ]);
  });
});

test('Keras 3.2 and later write the dtype as a policy, and the names of layers next to their variables', async () => {
  const model = branchedModel();
  const newer = await encodeModel(model, 'keras', { kerasVersion: '3.15.0' });
  expect(new TextDecoder().decode(newer)).toContain('"class_name":"DTypePolicy"');
  const loaded = await loadModel(newer);
  expect(valuesOf(loaded.getWeights())).toEqual(valuesOf(model.getWeights()));
});

test('Keras 3 writes the generator that an initializer draws seeds from: its seed is read', () => {
  const seeded = (className: string, seed: number | null) => ({
    module: 'keras.initializers',
    class_name: className,
    config: {
      seed: {
        module: 'keras.random',
        class_name: 'SeedGenerator',
        config: { seed, name: 'seed_generator' },
        registered_name: null,
      },
    },
    registered_name: null,
  });
  const dense = {
    module: 'keras.layers',
    class_name: 'Dense',
    config: {
      name: 'dense',
      units: 2,
      kernel_initializer: seeded('GlorotUniform', 5),
      bias_initializer: seeded('RandomNormal', null),
    },
  };
  const config = { class_name: 'Sequential', config: { name: 's', layers: [dense], build_input_shape: [null, 3] } };
  const model = buildModel(readModelConfig(config, originOf(3, 'file'), 'file'));
  expect(model.layers[0].getConfig()).toMatchObject({
    kernelInitializer: { className: 'GlorotUniform', config: { seed: 5 } },
    biasInitializer: { className: 'RandomNormal', config: { seed: null } },
  });
  const expected = initializers.glorotUniform({ seed: 5 }).apply([3, 2], 'float32', 0);
  expect(valuesOf(model.getWeights())[0]).toEqual(valuesOf(expected)[0]);
});

// saving_lib.py of Keras 3 reads such files too, "for 2.13 compatibility".
test('Keras 2.12 and 2.13 call the layers of .keras files otherwise', async () => {
  const model = sequential({ layers: [layers.dense({ units: 2, inputShape: [2], useBias: false })] });
  const weights = await writeHdf5((root) => {
    root.child('vars');
    root.child('_layer_checkpoint_dependencies/dense/vars').numbers('0', Float32Array.from(kernel), [2, 2]);
  });
  expect((await loadWeights(model, weights)).loaded).toHaveLength(1);
  expect(valuesOf(model.getWeights())).toEqual([kernel]);
});

test('lists of names that one attribute cannot hold come in pieces', async () => {
  const names = Array.from({ length: 2000 }, (_, i) => `a_layer_with_a_rather_long_name_of_its_own_${i}`);
  const chain = names.map((name, i) => ({
    class_name: 'Activation',
    config: { name, activation: 'linear', ...(i === 0 ? { batch_input_shape: [null, 1] } : {}) },
  }));
  const bytes = await h5(
    '2.4.0',
    { class_name: 'Sequential', config: { name: 's', layers: chain } },
    {
      ...Object.fromEntries(names.map((name) => [name, []])),
    },
  );
  const text = new TextDecoder('latin1').decode(bytes);
  expect(text).toContain('layer_names0');
  expect(text).toContain('layer_names1');
  expect((await loadModel(bytes)).layers.at(-1)?.name).toBe(names.at(-1));
});

describe('formulas that Keras 3 changed', () => {
  const sequentialOf = (...all: object[]) => ({
    class_name: 'Sequential',
    config: { name: 's', layers: [start([null, 1]), ...all] },
  });
  const start = (shape: unknown[], dtype = 'float32') => ({
    class_name: 'InputLayer',
    config: { name: 'in', batch_input_shape: shape, dtype },
  });
  const activation = { class_name: 'Activation', config: { name: 'act', activation: 'hard_sigmoid' } };

  // tf_keras/activations.py: clip(0.2x + 0.5); keras/src/activations/activations.py: relu6(x + 3) / 6.
  test.each([
    ['1.2.2', [0.7, 0.3]],
    ['2.4.0', [0.7, 0.3]],
    ['3.1.1', [4 / 6, 2 / 6]],
  ])('hard_sigmoid of %s', async (version, expected) => {
    const model = await loadModel(await h5(version, sequentialOf(activation), { act: [] }));
    const [values] = valuesOf(model.predict([[1], [-1]]));
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index], 6);
    // What is saved and loaded stays the same function.
    const again = await loadModel(await encodeModel(model, 'keras'));
    expect(valuesOf(again.predict([[1], [-1]]))).toEqual([values]);
  });

  // resize_bilinear of TensorFlow 1 takes pixels at their corners, tf.image.resize of 2 at their centres.
  test.each([
    ['2.2.4', [0, 0.5, 1, 1]],
    ['2.3.1', [0, 0.5, 1, 1]],
    ['2.1.6-tf', [0, 0.5, 1, 1]],
    ['2.2.4-tf', [0, 0.25, 0.75, 1]],
    ['2.15.0', [0, 0.25, 0.75, 1]],
    ['3.1.1', [0, 0.25, 0.75, 1]],
  ])('bilinear upsampling of %s', async (version, expected) => {
    const up = { class_name: 'UpSampling2D', config: { name: 'up', size: [1, 2], interpolation: 'bilinear' } };
    const config = { class_name: 'Sequential', config: { name: 's', layers: [start([null, 1, 2, 1]), up] } };
    const model = await loadModel(await h5(version, config, { up: [] }));
    const pixels = { values: Float32Array.of(0, 1), shape: [1, 1, 2, 1] };
    expect(valuesOf(model.predict(pixels))).toEqual([expected]);
    const again = await loadModel(await encodeModel(model, 'keras'));
    expect(valuesOf(again.predict(pixels))).toEqual([expected]);
  });

  test.each(['uint8', 'uint16', 'int16', 'int64'])('an input of %s', async (dtype) => {
    const rescale = { class_name: 'Rescaling', config: { name: 'rescaling', scale: 0.5, offset: 0 } };
    const config = { class_name: 'Sequential', config: { name: 's', layers: [start([null, 2], dtype), rescale] } };
    const model = await loadModel(await h5('2.4.0', config, { rescaling: [] }));
    expect(valuesOf(model.predict([[1, 255]]))).toEqual([[0.5, 127.5]]);
  });

  test('a batch size in the file is the one that it was saved with, not the only one', async () => {
    const relu = { class_name: 'Activation', config: { name: 'act', activation: 'relu' } };
    const config = { class_name: 'Sequential', config: { name: 's', layers: [start([1, 2]), relu] } };
    const model = await loadModel(await h5('2.4.0', config, { act: [] }));
    expect(
      valuesOf(
        model.predict([
          [1, -2],
          [3, 4],
          [-5, 6],
        ]),
      ),
    ).toEqual([[1, 0, 3, 4, 0, 6]]);
  });
});

describe('kernels of older files', () => {
  const chain = (layer: object) => ({ class_name: 'Sequential', config: [layer] });
  const conv1d = {
    class_name: 'Convolution1D',
    config: {
      name: 'c',
      batch_input_shape: [null, 3, 1],
      nb_filter: 1,
      filter_length: 2,
      border_mode: 'valid',
      subsample_length: 1,
      activation: 'linear',
      bias: false,
      input_dim: 1,
      input_length: 3,
    },
  };
  const signal = { values: Float32Array.of(1, 10, 100), shape: [1, 3, 1] };

  // preprocess_weights_for_loading of Keras 2: weights[0][:, 0, :, :]; convert_kernel turns 3 to 5 axes of Theano's.
  test.each([
    ['tensorflow', [1 + 20, 10 + 200]],
    ['theano', [2 + 10, 20 + 100]],
  ])('Convolution1D of Keras 1 on %s', async (backend, expected) => {
    const model = await loadModel(await h5('1.2.2', chain(conv1d), { c: [['c_W', [1, 2], [2, 1, 1, 1]]] }, backend));
    expect(valuesOf(model.predict(signal))).toEqual([expected]);
  });

  test('Conv1D and Conv3D of Keras 2 on Theano are turned', async () => {
    const layer = { class_name: 'Conv1D', config: { name: 'c', batch_input_shape: [null, 3, 1], filters: 1 } };
    const config = { ...layer, config: { ...layer.config, kernel_size: [2], use_bias: false } };
    const file = await h5('2.2.4', chain(config), { c: [['c/kernel:0', [1, 2], [2, 1, 1]]] }, 'theano');
    expect(valuesOf((await loadModel(file)).predict(signal))).toEqual([[2 + 10, 20 + 100]]);
    const volume = {
      class_name: 'Conv3D',
      config: { name: 'c', batch_input_shape: [null, 1, 1, 2, 1], filters: 1, kernel_size: [1, 1, 2], use_bias: false },
    };
    const cube = await h5('2.2.4', chain(volume), { c: [['c/kernel:0', [1, 2], [1, 1, 2, 1, 1]]] }, 'theano');
    const pixels = { values: Float32Array.of(1, 10), shape: [1, 1, 1, 2, 1] };
    expect(valuesOf((await loadModel(cube)).predict(pixels))).toEqual([[2 + 10]]);
  });

  test('an Embedding of Keras 1 has the names of its sizes that it has today', async () => {
    const embedding = {
      class_name: 'Embedding',
      config: {
        name: 'e',
        batch_input_shape: [null, 2],
        input_dtype: 'int32',
        input_dim: 3,
        output_dim: 1,
        init: 'uniform',
        input_length: 2,
        mask_zero: false,
        dropout: 0,
        W_regularizer: null,
        W_constraint: null,
        activity_regularizer: null,
      },
    };
    const model = await loadModel(await h5('1.2.2', chain(embedding), { e: [['e_W', [1, 2, 3], [3, 1]]] }));
    expect(valuesOf(model.predict([[0, 2]]))).toEqual([[1, 3]]);
  });

  // Keras 2's LSTM of before tf.keras, in its wrappers: the formula of the file's generation reaches inner layers.
  test('hard_sigmoid inside TimeDistributed and a nested model', async () => {
    const inner = { class_name: 'Activation', config: { name: 'a', activation: 'hard_sigmoid' } };
    const timed = {
      class_name: 'TimeDistributed',
      config: { name: 't', batch_input_shape: [null, 1, 2], layer: inner },
    };
    const loaded = await loadModel(await h5('2.2.4', chain(timed), { t: [] }));
    const [values] = valuesOf(loaded.predict({ values: Float32Array.of(1, -1), shape: [1, 1, 2] }));
    expect(values[0]).toBeCloseTo(0.7, 6);
    expect(values[1]).toBeCloseTo(0.3, 6);
  });
});

// h5py 3.16 with libver='latest' wrote numpy.arange(16) and the numbers after it into dense and dense_1, dense_2: one
// packed chunk, packed chunks that do not divide the shape, plain ones.
test('HDF5 2.0 indexes chunks by version 5 of their layout', async () => {
  const path = fileURLToPath(new URL('../fixtures/keras/chunks-v5.weights.h5', import.meta.url));
  const square = () => layers.dense({ units: 4, useBias: false, inputShape: [4] });
  const model = sequential([square(), square(), square()]);
  await loadWeights(model, path);
  expect(valuesOf(model.getWeights()).flat()).toEqual(Array.from({ length: 48 }, (_, i) => i));
});

describe('what Keras says of a layer and nabla does not read', () => {
  const built = (layer: unknown) =>
    buildModel(
      readModelConfig(
        { class_name: 'Sequential', config: { name: 'model', layers: [layer] } },
        originOf('2.2.4-tf', 'file'),
        'f',
      ),
    ).layers[0];

  test('TensorFlow 1.x notes the dtype in initializers', () => {
    const kernel_initializer = { class_name: 'GlorotUniform', config: { seed: 3, dtype: 'float32' } };
    const layer = built({ class_name: 'Dense', config: { name: 'd', units: 2, kernel_initializer } });
    expect(layer.getConfig().kernelInitializer).toEqual({ className: 'GlorotUniform', config: { seed: 3 } });
  });

  test('Keras 2 writes options of Conv2D for its relatives', () => {
    const convolution = {
      name: 'c',
      filters: 1,
      kernel_size: [1, 1],
      groups: 1,
      kernel_initializer: 'zeros',
      lora_rank: 4,
    };
    for (const class_name of ['Conv2DTranspose', 'SeparableConv2D']) {
      expect(built({ class_name, config: convolution }).className).toBe(class_name);
    }
  });
});

test('options that would change what a layer computes are refused, those that are off are not', async () => {
  const normalization = (extra: object) => ({
    class_name: 'Sequential',
    config: {
      name: 's',
      layers: [
        { class_name: 'BatchNormalization', config: { name: 'bn', axis: -1, batch_input_shape: [null, 1], ...extra } },
      ],
    },
  });
  const weights = ['gamma', 'beta', 'moving_mean', 'moving_variance'].map((name): [string, number[], number[]] => [
    `bn/${name}:0`,
    [1],
    [1],
  ]);
  const off = { renorm: false, renorm_momentum: 0.99, virtual_batch_size: null, fused: true };
  await loadModel(await h5('2.4.0', normalization(off), { bn: weights }));
  await expectFormatError(
    loadModel(await h5('2.4.0', normalization({ renorm: true }), { bn: weights })),
    /bn \(BatchNormalization\): renorm is true, for which nabla's layer has no option/,
  );
});
