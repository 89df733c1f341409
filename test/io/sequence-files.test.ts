import { describe, expect, test } from 'vitest';
import { writeZip } from '../../src/io/bytes/zip.js';
import { writeHdf5 } from '../../src/io/hdf5/write.js';
import { writeTexts } from '../../src/io/keras/attributes.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import type { Layer } from '../../src/layers/base/layer.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { cast } from '../../src/ops/cast.js';
import { randomNormal } from '../../src/ops/random.js';
import { tidy } from '../../src/tensor/scope.js';
import { type Tensor, upload } from '../../src/tensor/tensor.js';
import { distance, PYTORCH } from '../layers/pytorch.js';
import { FORMATS, onCpu } from './helpers.js';

onCpu();

type Symbol = SymbolicTensor;

const text = (): Model =>
  sequential({
    layers: [
      layers.embedding({ inputDim: 6, outputDim: 4, maskZero: true, inputShape: [5], inputDType: 'int32' }),
      layers.bidirectional({ layer: layers.lstm({ units: 3, returnSequences: true }), mergeMode: 'sum' }),
      layers.timeDistributed({ layer: layers.dense({ units: 4 }) }),
      layers.gru({ units: 3, resetAfter: false, returnSequences: true }),
      layers.rnn({ cell: [layers.lstmCell({ units: 3 }), layers.gruCell({ units: 2 })], returnSequences: true }),
      layers.bidirectional({
        layer: layers.simpleRNN({ units: 2 }),
        backwardLayer: layers.simpleRNN({ units: 3, goBackwards: true }),
      }),
      layers.repeatVector({ n: 2 }),
      layers.gru({ units: 2, dropout: 0.1, goBackwards: true }),
    ],
  });

const signal = (): Model =>
  sequential({
    layers: [
      layers.masking({ maskValue: -1, inputShape: [12, 4] }),
      layers.conv1d({ filters: 4, kernelSize: 3, padding: 'causal', dilationRate: 2 }),
      layers.depthwiseConv1d({ kernelSize: 2 }),
      layers.separableConv1d({ filters: 3, kernelSize: 2 }),
      layers.conv1dTranspose({ filters: 2, kernelSize: 2, strides: 2, outputPadding: 1 }),
      layers.zeroPadding1d({ padding: [1, 2] }),
      layers.maxPooling1d(),
      layers.averagePooling1d(),
      layers.cropping1d({ cropping: [1, 0] }),
      layers.upSampling1d(),
      layers.rmsNormalization(),
      layers.unitNormalization(),
      layers.layerScale({ initValues: 0.5, projectionDim: 2 }),
      layers.einsumDense({ equation: 'abc,cd->abd', outputShape: [null, 3], biasAxes: 'd' }),
      layers.globalAveragePooling1d(),
    ],
  });

const volume = (): Model =>
  sequential({
    layers: [
      layers.conv3d({ filters: 2, kernelSize: 2, inputShape: [4, 4, 4, 1] }),
      layers.conv3dTranspose({ filters: 2, kernelSize: 2, strides: 2, padding: 'same' }),
      layers.maxPooling3d(),
      layers.zeroPadding3d(),
      layers.cropping3d({
        cropping: [
          [1, 0],
          [0, 1],
          [1, 1],
        ],
      }),
      layers.upSampling3d(),
      layers.averagePooling3d(),
      layers.globalMaxPooling3d(),
    ],
  });

/** An encoder hands its states to a decoder, which attends to it. */
const translator = (): Model => {
  const [source, target] = [input({ shape: [5, 3] }), input({ shape: [4, 3] })];
  const [encoded, h, c] = layers
    .lstm({ units: 4, returnSequences: true, returnState: true })
    .apply(source) as unknown as Symbol[];
  const decoded = layers.lstm({ units: 4, returnSequences: true }).apply(target, { initialState: [h, c] });
  const attended = layers
    .multiHeadAttention({ numHeads: 2, keyDim: 3 })
    .apply([decoded, encoded], { useCausalMask: true });
  const self = layers.multiHeadAttention({ numHeads: 1, keyDim: 2 }).apply(attended);
  const found = layers.attention().apply([self, encoded]);
  const added = layers.additiveAttention().apply([found, encoded]);
  return model({ inputs: [source, target], outputs: layers.identity().apply(added) });
};

function inputsOf({ inputs }: Model): Tensor[] {
  return inputs.map(({ shape, dtype }) => {
    const sizes = shape.map((size) => size ?? 2);
    if (dtype !== 'int32') return randomNormal(sizes, 0, 1, 'float32', 3);
    return cast(
      upload(
        Float32Array.from({ length: 10 }, (_, i) => [1, 5, 2, 0, 0, 3, 1, 4, 0, 0][i]),
        sizes,
        'float32',
      ),
      'int32',
    );
  });
}

const run = (m: Model): number[] =>
  tidy(() => {
    const xs = inputsOf(m);
    return [...(m.predict(xs.length === 1 ? xs[0] : xs) as Tensor).dataSync()];
  });

describe.each([
  ['a text model of recurrent layers', text],
  ['a model of sequences', signal],
  ['a model of volumes', volume],
  ['an encoder and a decoder with attention', translator],
])('%s', (_, make) => {
  test.each(FORMATS)('comes back from .%s', async (format) => {
    const saved = make();
    const expected = run(saved);
    const loaded = await loadModel(await encodeModel(saved, format));
    expect(run(loaded)).toEqual(expected);
    const namesOf = (layer: Layer): unknown[] => [layer.className, layer.sublayers.map(namesOf)];
    expect(loaded.layers.map(namesOf)).toEqual(saved.layers.map(namesOf));
    saved.dispose();
    loaded.dispose();
  });
});

const { x, shape, units } = PYTORCH;
const [batch, time, features] = shape;

/** Weights of PyTorch in the order and the form of Keras. */
const weightsOf = (name: 'LSTM' | 'GRU'): [variable: string, values: number[], shape: number[]][] => {
  const { kernel, recurrent, inputBias, stateBias } = PYTORCH[name];
  const gates = name === 'LSTM' ? 4 : 3;
  const bias =
    name === 'GRU' ? [...inputBias, ...stateBias] : inputBias.map((value: number, i: number) => value + stateBias[i]);
  return [
    ['kernel', kernel, [features, gates * units]],
    ['recurrent_kernel', recurrent, [units, gates * units]],
    ['bias', bias, name === 'GRU' ? [2, gates * units] : [gates * units]],
  ];
};

/** The last h that PyTorch finds, and what a loaded model of x and initial states finds. */
const compare = (loaded: Model, name: 'LSTM' | 'GRU'): void =>
  tidy(() => {
    const { h, c, last } = PYTORCH[name];
    const state = (values: number[]) => upload(Float32Array.from(values), [batch, units], 'float32');
    const inputs = [upload(Float32Array.from(x), shape, 'float32'), state(h), ...(name === 'LSTM' ? [state(c)] : [])];
    expect(distance((loaded.predict(inputs) as Tensor).dataSync(), last[0])).toBeLessThan(1e-5);
  });

const statesOf = (name: string): string[] => (name === 'LSTM' ? ['h', 'c'] : ['h']);

/** Config entries of such a layer that all releases write. */
const options = (name: 'LSTM' | 'GRU') => ({
  ...{ name: 'rnn_layer', trainable: true, units, activation: 'tanh', recurrent_activation: 'sigmoid', use_bias: true },
  ...{ return_sequences: false, return_state: false, go_backwards: false, stateful: false, unroll: false },
  ...{ implementation: 2, dropout: 0, recurrent_dropout: 0 },
  ...(name === 'GRU' ? { reset_after: true } : { unit_forget_bias: true }),
});

/** The same weights as Keras 2 keeps them for cuDNN: `_convert_rnn_weights` of tf_keras, to cuDNN. */
const cudnnWeightsOf = (name: 'LSTM' | 'GRU'): ReturnType<typeof weightsOf> => {
  const { inputBias, stateBias } = PYTORCH[name];
  return weightsOf(name).map(([variable, values, size]) => {
    const bias = [...inputBias, ...stateBias];
    if (variable === 'bias') return [variable, bias, [bias.length]];
    const [rows, columns] = size;
    const turned = Array<number>(values.length);
    // numpy: k.T.reshape(k.shape) of each gate k [rows, units].
    for (let gate = 0; gate < columns / units; gate++) {
      const transposed = Array.from({ length: rows * units }, (_, i) => {
        const [unit, row] = [Math.floor(i / rows), i % rows];
        return values[row * columns + gate * units + unit];
      });
      for (const [i, value] of transposed.entries()) {
        turned[Math.floor(i / units) * columns + gate * units + (i % units)] = value;
      }
    }
    return [variable, turned, size];
  });
};

const cudnnOptions = (name: 'LSTM' | 'GRU') => ({
  ...{ name: 'rnn_layer', trainable: true, units, return_sequences: false, return_state: false, go_backwards: false },
  ...{ stateful: false, ...(name === 'LSTM' ? { unit_forget_bias: true } : {}) },
});

describe.each(['LSTM', 'GRU'] as const)('%s, with the values of PyTorch', (name) => {
  const states = statesOf(name);
  const inputConfig = (each: string) => ({
    class_name: 'InputLayer',
    name: each,
    config: {
      name: each,
      batch_input_shape: each === 'x' ? [null, time, features] : [null, units],
      dtype: 'float32',
      sparse: false,
    },
    inbound_nodes: [],
  });

  test.each([
    ['Keras 2.2.4', '2.2.4', 'rnn_layer', false],
    ['TensorFlow 2.4', '2.4.0', `rnn_layer/${name.toLowerCase()}_cell_3`, false],
    ['Keras 2.2.4, in the layout of cuDNN', '2.2.4', 'rnn_layer', true],
  ])('from an .h5 file of %s', async (_, version, owner, ofCudnn) => {
    const layer = {
      class_name: ofCudnn ? `CuDNN${name}` : name,
      name: 'rnn_layer',
      config: ofCudnn ? cudnnOptions(name) : { ...options(name), time_major: false },
      inbound_nodes: [['x', ...states].map((each) => [each, 0, 0, {}])],
    };
    const config = {
      class_name: 'Model',
      config: {
        name: 'model',
        layers: [...['x', ...states].map(inputConfig), layer],
        input_layers: ['x', ...states].map((each) => [each, 0, 0]),
        output_layers: [['rnn_layer', 0, 0]],
      },
    };
    const bytes = await writeHdf5((root) => {
      root.text('keras_version', version, 'bytes').text('backend', 'tensorflow', 'bytes');
      root.text('model_config', JSON.stringify(config), 'bytes');
      const group = root
        .child('model_weights')
        .text('backend', 'tensorflow', 'bytes')
        .text('keras_version', version, 'bytes');
      writeTexts(group, 'layer_names', ['rnn_layer']);
      const child = group.child('rnn_layer');
      const weights = ofCudnn ? cudnnWeightsOf(name) : weightsOf(name);
      const named = weights.map(([variable, ...rest]) => [`${owner}/${variable}:0`, ...rest] as const);
      writeTexts(
        child,
        'weight_names',
        named.map(([each]) => each),
      );
      for (const [each, values, size] of named) child.numbers(each, Float32Array.from(values), size);
    });
    compare(await loadModel(bytes), name);
  });

  test('from a .keras file', async () => {
    const tensor = (each: string) => ({
      class_name: '__keras_tensor__',
      config: {
        shape: each === 'x' ? [null, time, features] : [null, units],
        dtype: 'float32',
        keras_history: [each, 0, 0],
      },
    });
    const inputs = ['x', ...states].map((each) => ({
      module: 'keras.layers',
      class_name: 'InputLayer',
      config: {
        batch_shape: each === 'x' ? [null, time, features] : [null, units],
        dtype: 'float32',
        sparse: false,
        name: each,
      },
      registered_name: null,
      name: each,
      inbound_nodes: [],
    }));
    const policy = { module: 'keras', class_name: 'DTypePolicy', config: { name: 'float32' }, registered_name: null };
    const layer = {
      module: 'keras.layers',
      class_name: name,
      config: { ...options(name), dtype: policy, zero_output_for_mask: false, seed: null, activity_regularizer: null },
      registered_name: null,
      name: 'rnn_layer',
      inbound_nodes: [
        { args: [tensor('x')], kwargs: { initial_state: states.map(tensor), mask: null, training: false } },
      ],
    };
    const config = {
      module: 'keras.src.models.functional',
      class_name: 'Functional',
      config: {
        name: 'model',
        trainable: true,
        layers: [...inputs, layer],
        input_layers: ['x', ...states].map((each) => [each, 0, 0]),
        output_layers: [['rnn_layer', 0, 0]],
      },
      registered_name: 'Functional',
    };
    const weights = await writeHdf5((root) => {
      const vars = root.child('layers').child(name.toLowerCase()).child('cell').child('vars');
      for (const [index, [, values, size]] of weightsOf(name).entries())
        vars.numbers(String(index), Float32Array.from(values), size);
    });
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const bytes = await writeZip({
      'metadata.json': text({ keras_version: '3.5.0', date_saved: '2024-01-01@00:00:00' }),
      'config.json': text(config),
      'model.weights.h5': weights,
    });
    compare(await loadModel(bytes), name);
  });
});

test('the directions of a Bidirectional layer are told apart by name, as Keras 2 wrote them', async () => {
  const inner = {
    class_name: 'LSTM',
    config: { ...options('LSTM'), name: 'lstm_1', units: 1, return_sequences: true },
  };
  const config = {
    class_name: 'Sequential',
    config: {
      name: 'sequential_1',
      layers: [
        {
          class_name: 'Bidirectional',
          config: {
            name: 'bidirectional_1',
            trainable: true,
            batch_input_shape: [null, 2, 1],
            layer: inner,
            merge_mode: 'concat',
          },
        },
      ],
    },
  };
  const arrays = ['backward_lstm_1', 'forward_lstm_1'].flatMap((direction, index) =>
    (
      [
        ['kernel', [1, 4]],
        ['recurrent_kernel', [1, 4]],
        ['bias', [4]],
      ] as const
    ).map(
      ([variable, size]) => [`bidirectional_1/${direction}/${variable}:0`, Array(4).fill(index + 1), size] as const,
    ),
  );
  const bytes = await writeHdf5((root) => {
    root.text('keras_version', '2.2.4', 'bytes').text('model_config', JSON.stringify(config), 'bytes');
    const group = root
      .child('model_weights')
      .text('backend', 'tensorflow', 'bytes')
      .text('keras_version', '2.2.4', 'bytes');
    writeTexts(group, 'layer_names', ['bidirectional_1']);
    const child = group.child('bidirectional_1');
    writeTexts(
      child,
      'weight_names',
      arrays.map(([name]) => name),
    );
    for (const [name, values, size] of arrays) child.numbers(name, Float32Array.from(values), size);
  });
  const loaded = await loadModel(bytes);
  const both = loaded.layers[0] as ReturnType<typeof layers.bidirectional>;
  expect(both.forwardLayer.name).toBe('forward_lstm_1');
  expect(both.forwardLayer.getWeights().map((each) => each.dataSync()[0])).toEqual([2, 2, 2]);
  expect(both.backwardLayer.getWeights().map((each) => each.dataSync()[0])).toEqual([1, 1, 1]);
});
