import { describe, expect, test } from 'vitest';
import { grad } from '../../src/autograd/gradients.js';
import { registerFunction } from '../../src/base/serialization.js';
import { writeZip } from '../../src/io/bytes/zip.js';
import { writeHdf5 } from '../../src/io/hdf5/write.js';
import { writeTexts } from '../../src/io/keras/attributes.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { toTensor } from '../../src/tensor/convert.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { expectFormatError, FORMATS, onCpu, valuesOf } from './helpers.js';

/*
 * Operators in functional graphs: of Keras 3 (keras/src/ops), of Keras 2 (TFOpLambda), and of nabla. Right values by
 * arithmetic.
 */

onCpu();

const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
const tensor = (name: string) => ({
  class_name: '__keras_tensor__',
  config: { shape: [null, 2], dtype: 'float32', keras_history: [name, 0, 0] },
});
const entry = (name: string, shape: unknown[] = [null, 2]) => ({
  module: 'keras.layers',
  class_name: 'InputLayer',
  config: { batch_shape: shape, dtype: 'float32', sparse: false, name },
  registered_name: null,
  name,
  inbound_nodes: [],
});
const operation = (className: string, name: string, args: unknown[], config = {}, module = 'numpy') => ({
  module: `keras.src.ops.${module}`,
  class_name: className,
  config,
  registered_name: className,
  name,
  inbound_nodes: [{ args, kwargs: {} }],
});
const functional = (inputs: readonly string[], output: string, all: readonly object[]) => ({
  class_name: 'Functional',
  config: {
    name: 'f',
    layers: all,
    input_layers: inputs.map((name) => [name, 0, 0]),
    output_layers: [[output, 0, 0]],
  },
});
const keras3 = async (config: object) =>
  writeZip({
    'metadata.json': text({ keras_version: '3.15.0' }),
    'config.json': text(config),
    'model.weights.h5': await writeHdf5((root) => void root.child('vars')),
  });

const slice = (start: number | null, stop: number | null, step: number | null = null) => ({
  class_name: '__slice__',
  config: { start, stop, step },
});
const key = (...items: unknown[]) => ({ class_name: '__tuple__', items });

const numpy = (...value: number[][]) => ({ class_name: '__numpy__', config: { value, dtype: 'float32' } });

describe('an operation of Keras 3', () => {
  const x = tensor('x');
  test.each<[string, unknown[], object, string, number[]]>([
    ['Multiply', [x, 2], {}, 'numpy', [2, -4]],
    ['Subtract', [1, x], {}, 'numpy', [0, 3]],
    [
      'Subtract',
      [x, { class_name: '__numpy__', config: { value: [10, 20], dtype: 'float32' } }],
      {},
      'numpy',
      [-9, -22],
    ],
    ['Divide', [x, 4], {}, 'numpy', [0.25, -0.5]],
    ['TrueDivide', [2, x], {}, 'numpy', [2, -1]],
    ['Power', [x, 3], {}, 'numpy', [1, -8]],
    ['Add', [x, x], {}, 'numpy', [2, -4]],
    ['Absolute', [x], {}, 'numpy', [1, 2]],
    ['Maximum', [x, 0], {}, 'numpy', [1, 0]],
    ['Clip', [x], { x_min: -1, x_max: 0.5 }, 'numpy', [0.5, -1]],
    ['Relu', [x], {}, 'nn', [1, 0]],
    ['LeakyRelu', [x], { negative_slope: 0.5 }, 'nn', [1, -1]],
    ['Mean', [x], { axis: -1, keepdims: true }, 'numpy', [-0.5]],
    ['Sum', [x], { axis: 1, keepdims: false }, 'numpy', [-1]],
    ['Reshape', [x], { newshape: [-1, 1, 2] }, 'numpy', [1, -2]],
    ['GetItem', [x, key(slice(null, null), 1)], {}, 'numpy', [-2]],
    ['GetItem', [x, key(slice(null, null), slice(null, null, 2))], {}, 'numpy', [1]],
    ['Concatenate', [[x, x]], { axis: -1 }, 'numpy', [1, -2, 1, -2]],
    ['Cast', [x], { dtype: 'int32' }, 'core', [1, -2]],
    ['Cast', [x], { dtype: 'int64' }, 'core', [1, -2]],
    // Settings that change numbers, positions of keys, and operations that a file may have.
    ['Max', [x], { axis: -1, keepdims: false, initial: 5 }, 'numpy', [5]],
    ['Clip', [x], { x_min: null, x_max: 0.5 }, 'numpy', [0.5, -2]],
    ['GetItem', [x, [slice(null, null), 1]], {}, 'numpy', [-2]],
    ['GetItem', [x, slice(null, 1)], {}, 'numpy', [1, -2]],
    ['GetItem', [x, [{ class_name: '__ellipsis__', config: {} }, 0]], {}, 'numpy', [1]],
    ['GetItem', [x, [slice(null, null), null, 1]], {}, 'numpy', [-2]],
    ['GetItem', [x, [slice(null, null), slice(null, null, -1)]], {}, 'numpy', [-2, 1]],
    ['ExpandDims', [x], { axis: [1, -1] }, 'numpy', [1, -2]],
    ['Matmul', [x, numpy([1, 0, 1], [0, 1, 1])], {}, 'numpy', [1, -2, -1]],
    ['Einsum', [x, numpy([1, 1], [0, 1])], { subscripts: 'ij,jk->ik' }, 'numpy', [1, -1]],
    ['Greater', [x, 0], {}, 'numpy', [1, 0]],
    ['Std', [x], { axis: -1, keepdims: false }, 'numpy', [1.5]],
    ['Argmax', [x], { axis: -1, keepdims: true }, 'numpy', [0]],
    ['Average', [x], { axis: -1 }, 'numpy', [-0.5]],
    ['Norm', [x], { ord: 1, axis: -1, keepdims: false }, 'linalg', [3]],
    ['Normalize', [x], { axis: -1, order: 2, epsilon: null }, 'nn', [Math.sqrt(1 / 5), -Math.sqrt(4 / 5)]],
    ['HardSigmoid', [x], {}, 'nn', [4 / 6, 1 / 6]],
    [
      'Pad',
      [x],
      {
        pad_width: [
          [0, 0],
          [1, 1],
        ],
        mode: 'constant',
      },
      'numpy',
      [0, 1, -2, 0],
    ],
    ['Flip', [x], { axis: 1 }, 'numpy', [-2, 1]],
    ['Tile', [x], { repeats: [1, 2] }, 'numpy', [1, -2, 1, -2]],
    ['Repeat', [x], { repeats: 2, axis: 1 }, 'numpy', [1, 1, -2, -2]],
    ['Split', [x], { indices_or_sections: [1], axis: 1 }, 'numpy', [1]],
    ['Where', [x, x, 7], {}, 'numpy', [1, -2]],
  ])('%s', async (className, args, config, module, expected) => {
    const file = functional(['x'], 'op', [entry('x'), operation(className, 'op', args, config, module)]);
    const loaded = await loadModel(await keras3(file));
    const [values] = valuesOf(loaded.predict([[1, -2]]));
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index], 5);
    expect(values).toHaveLength(expected.length);
    // What is written is what was read, and is read again.
    for (const format of FORMATS) {
      const again = await loadModel(await encodeModel(loaded, format));
      expect(valuesOf(again.predict([[1, -2]]))).toEqual([values]);
    }
  });

  test('has its arguments by name, in any order', async () => {
    const call = { ...operation('Subtract', 'op', []), inbound_nodes: [{ args: [], kwargs: { x2: x, x1: 1 } }] };
    const loaded = await loadModel(await keras3(functional(['x'], 'op', [entry('x'), call])));
    expect(valuesOf(loaded.predict([[1, -2]]))).toEqual([[0, 3]]);
  });

  test('rounds to decimals', async () => {
    const file = functional(['x'], 'op', [entry('x'), operation('Round', 'op', [x], { decimals: 1 })]);
    const [values] = valuesOf((await loadModel(await keras3(file))).predict([[1.25, -2.36]]));
    expect(values[0]).toBeCloseTo(1.2, 6);
    expect(values[1]).toBeCloseTo(-2.4, 6);
  });

  // d std / dx = (x − mean) / (n · std); of constants torch.std has 0, and the root of a variance NaN.
  test('Std has a gradient of 0 at constants', () => {
    const std = layers.operation({ operation: 'Std', settings: { axis: -1, keepdims: false } });
    const slope = (x: number[][]) => valuesOf(grad((at) => (std.apply(at) as Tensor).sum())(toTensor('test', 'x', x)));
    expect(slope([[4, 4, 4]])).toEqual([[0, 0, 0]]);
    const [values] = slope([[0, 3]]);
    expect(values[0]).toBeCloseTo(-1.5 / (2 * 1.5), 6);
    expect(values[1]).toBeCloseTo(1.5 / (2 * 1.5), 6);
  });

  test.each<[string, unknown[], object, RegExp]>([
    ['Sum', [x], { axis: 1, keepdims: false, dtype: 'int32' }, /there is no option dtype/],
    ['Softmax', [x], { axis: [0, 1] }, /axis is \[0,1\], expected an integer/],
    ['Mean', [x], { axis: 1, where: 3 }, /there is no option where/],
    ['Where', [x], {}, /1 operands, expected 3: condition, x1, x2/],
    ['Cast', [x], { dtype: 'float16' }, /dtype is 'float16'/],
  ])('%s with unsupported arguments is refused by name', async (className, args, config, message) => {
    const file = functional(['x'], 'op', [entry('x'), operation(className, 'op', args, config)]);
    await expectFormatError(loadModel(await keras3(file)), message);
  });

  test('with another name than any of nabla’s is named', async () => {
    const file = functional(['x'], 'op', [entry('x'), operation('Fft2', 'op', [x])]);
    await expectFormatError(loadModel(await keras3(file)), /op \(Fft2\): nabla does not support the operation Fft2/);
  });

  test('is written as Keras 3 writes it', async () => {
    const { unzipSync } = await import('fflate');
    const a = input({ shape: [2], name: 'a' });
    const built = model({ inputs: a, outputs: a.mul(2).sub(a).mean(-1, true) });
    const config = JSON.parse(new TextDecoder().decode(unzipSync(await encodeModel(built, 'keras'))['config.json']));
    const [, multiply, , mean] = config.config.layers;
    expect(multiply).toMatchObject({
      module: 'keras.src.ops.numpy',
      class_name: 'Multiply',
      registered_name: 'Multiply',
    });
    expect(multiply.inbound_nodes[0].args).toEqual([expect.objectContaining({ class_name: '__keras_tensor__' }), 2]);
    expect(mean.config).toEqual({ axis: -1, keepdims: true });
  });

  // serialization_lib.py: a tuple is a list in JSON, an array has the class __numpy__.
  test('with keys and arrays is written as Keras 3 writes it', async () => {
    const { unzipSync } = await import('fflate');
    const key = [{ start: null, stop: null, step: null }, '...', null, 1];
    const a = input({ shape: [2], name: 'a' });
    const scaled = layers.operation({ operation: 'Multiply', operands: [null, [2, 3]] }).apply(a) as SymbolicTensor;
    const item = layers.operation({ operation: 'GetItem', settings: { key } }).apply(scaled) as SymbolicTensor;
    const built = model({ inputs: a, outputs: item });
    const config = JSON.parse(new TextDecoder().decode(unzipSync(await encodeModel(built, 'keras'))['config.json']));
    const [, multiply, get] = config.config.layers;
    expect(multiply.inbound_nodes[0].args[1]).toEqual({
      class_name: '__numpy__',
      config: { value: [2, 3], dtype: 'float32' },
    });
    expect(get.inbound_nodes[0].args[1]).toEqual([
      { class_name: '__slice__', config: { start: null, stop: null, step: null } },
      { class_name: '__ellipsis__', config: {} },
      null,
      1,
    ]);
    expect(valuesOf(built.predict([[5, 7]]))).toEqual([[21]]);
  });

  test('may have several outputs', async () => {
    const a = input({ shape: [4], name: 'a' });
    const split = layers.operation({ operation: 'Split', settings: { indicesOrSections: [1], axis: -1 } });
    const [first, rest] = split.apply(a) as unknown as SymbolicTensor[];
    const built = model({ inputs: a, outputs: [first.mul(10), rest] });
    for (const format of FORMATS) {
      const loaded = await loadModel(await encodeModel(built, format));
      expect(valuesOf(loaded.predict([[1, 2, 3, 4]]))).toEqual([[10], [2, 3, 4]]);
    }
  });

  test('is refused by name where tfjs has no layer for it', async () => {
    const a = input({ shape: [2], name: 'a' });
    const save = (output: SymbolicTensor) =>
      model({ inputs: a, outputs: output }).save({ save: async () => ({}) as never });
    await save(a.add(a));
    await expect(save(a.exp())).rejects.toThrow(/tfjs has no operation Exp; save to a .keras file/);
    const nested = model({ inputs: a, outputs: a.mean(-1, true) });
    await expect(save(nested.apply(a) as SymbolicTensor)).rejects.toThrow(/no operation Mean/);
  });
});

describe('TFOpLambda of Keras 2', () => {
  const lambda = (name: string, nodes: unknown[], className = 'TFOpLambda') => ({
    class_name: className,
    config: { name: `tf.${name}`, trainable: true, dtype: 'float32', function: name },
    name: 'op',
    inbound_nodes: nodes,
  });
  test.each<[string, unknown[], number[]]>([
    ['math.truediv', [['x', 0, 0, { y: 4, name: null }]], [0.25, -0.5]],
    ['__operators__.add', [['x', 0, 0, { y: ['x', 0, 0], name: null }]], [2, -4]],
    ['math.subtract', [['_CONSTANT_VALUE', -1, 1, { y: ['x', 0, 0], name: null }]], [0, 3]],
    ['math.subtract', [['x', 0, 0, { y: [10, 20], name: null }]], [-9, -22]],
    ['nn.relu', [['x', 0, 0, { name: null }]], [1, 0]],
    ['math.reduce_mean', [['x', 0, 0, { axis: [1], keepdims: true, name: null }]], [-0.5]],
    [
      'concat',
      [
        [
          ['x', 0, 0, { axis: -1 }],
          ['x', 0, 0, { axis: -1 }],
        ],
      ].flat(),
      [1, -2, 1, -2],
    ],
    ['clip_by_value', [['x', 0, 0, { clip_value_min: -1, clip_value_max: 0.5 }]], [0.5, -1]],
    ['math.pow', [['_CONSTANT_VALUE', -1, 2, { y: ['x', 0, 0] }]], [2, 0.25]],
    ['where', [['x', 0, 0, { y: 7, x: ['x', 0, 0] }]], [1, -2]],
    ['linalg.matmul', [['x', 0, 0, { b: ['x', 0, 0], transpose_b: true }]], [5]],
    ['linalg.matmul', [['x', 0, 0, { b: ['x', 0, 0], transpose_a: true }]], [1, -2, -2, 4]],
    ['math.divide_no_nan', [['x', 0, 0, { y: 0 }]], [0, 0]],
    ['math.l2_normalize', [['x', 0, 0, { axis: 1 }]], [Math.sqrt(1 / 5), -Math.sqrt(4 / 5)]],
    ['math.argmax', [['x', 0, 0, { axis: -1, output_type: 'int64' }]], [0]],
    [
      'pad',
      [
        [
          'x',
          0,
          0,
          {
            paddings: [
              [0, 0],
              [1, 0],
            ],
            mode: 'CONSTANT',
          },
        ],
      ],
      [0, 1, -2],
    ],
    ['split', [['x', 0, 0, { num_or_size_splits: [1, 1], axis: 1 }]], [1]],
    ['tile', [['x', 0, 0, { multiples: [1, 2] }]], [1, -2, 1, -2]],
    ['__operators__.getitem', [['x', 0, 0, { slice_spec: [{ class_name: '__ellipsis__' }, 1] }]], [-2]],
    [
      '__operators__.getitem',
      [
        [
          'x',
          0,
          0,
          {
            slice_spec: [
              { start: null, stop: null, step: null },
              { start: null, stop: null, step: -1 },
            ],
          },
        ],
      ],
      [-2, 1],
    ],
  ])('%s', async (name, nodes, expected) => {
    // concat lists its tensors in one call.
    const calls = name === 'concat' ? [nodes] : nodes;
    const config = functional(['x'], 'op', [
      { class_name: 'InputLayer', config: { name: 'x', batch_input_shape: [null, 2] }, name: 'x', inbound_nodes: [] },
      lambda(name, calls),
    ]);
    const bytes = await writeHdf5((root) => {
      root.text('keras_version', '2.4.0', 'bytes').text('model_config', JSON.stringify(config), 'bytes');
      const weights = root.child('model_weights');
      writeTexts(weights, 'layer_names', []);
    });
    const [values] = valuesOf((await loadModel(bytes)).predict([[1, -2]]));
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index], 6);
    expect(values).toHaveLength(expected.length);
  });
});

describe('operators on symbolic tensors', () => {
  test('are layers of a model that is trained and saved', async () => {
    const build = (): Model => {
      const x = input({ shape: [2], name: 'x' });
      const y = layers
        .dense({ units: 2, name: 'd', useBias: false, kernelInitializer: 'ones' })
        .apply(x) as SymbolicTensor;
      return model({ inputs: x, outputs: x.div(2).add(y).square().sum(1, true).mul(y.max(-1, true)) });
    };
    const built = build();
    // x = (2, 4): y = (6, 6); (7, 8)² summed is 113; times 6.
    expect(valuesOf(built.predict([[2, 4]]))).toEqual([[678]]);
    expect(built.layers.map(({ name }) => name.replace(/_\d+$/, ''))).toEqual(
      expect.arrayContaining(['divide', 'add', 'square', 'sum', 'max', 'multiply']),
    );
    built.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
    await built.fit([[2, 4]], [[1]], { epochs: 1, verbose: 0 });
    for (const format of FORMATS) {
      const loaded = await loadModel(await encodeModel(built, format));
      expect(valuesOf(loaded.predict([[2, 4]]))).toEqual(valuesOf(built.predict([[2, 4]])));
    }
  });

  test('refuse what they cannot combine', () => {
    const x = input({ shape: [2] });
    expect(() => x.add('1' as never)).toThrow("add: given '1', expected a symbolic tensor or a number");
    expect(() => layers.operation({ operation: 'Ad' as never })).toThrow(/operation is 'Ad', expected one of/);
    expect(() => layers.operation({ operation: 'Add', operands: [null, null] }).apply(x)).toThrow(
      /1 inputs given, expected 2/,
    );
  });
});

describe('a Lambda layer', () => {
  const file = (config: object) =>
    keras3(
      functional(['x'], 'twice', [
        entry('x'),
        {
          module: 'keras.layers',
          class_name: 'Lambda',
          config: { name: 'twice', trainable: true, ...config },
          registered_name: null,
          name: 'twice',
          inbound_nodes: [{ args: [tensor('x')], kwargs: { mask: null } }],
        },
      ]),
    );
  const code = { function: { class_name: '__lambda__', config: { value: '4wEAAAAA' } } };
  const twice = (x: Tensor) => x.mul(2);

  test('computes the function that is given by its name', async () => {
    await expectFormatError(loadModel(await file(code)), /twice \(Lambda\)/, /not run/, /functions: \{ "twice"/);
    const loaded = await loadModel(await file(code), { functions: { twice } });
    expect(valuesOf(loaded.predict([[1, -2]]))).toEqual([[2, -4]]);
    await expect(encodeModel(loaded, 'keras')).rejects.toThrow(/function has no name; registerFunction/);
  });

  test('or a registered one by the name of the Python function', async () => {
    const named = await file({
      function: { module: 'm', class_name: 'function', config: 'double', registered_name: 'double' },
    });
    await expectFormatError(loadModel(named), /not run/);
    registerFunction('double', twice);
    const loaded = await loadModel(named);
    expect(valuesOf(loaded.predict([[1, -2]]))).toEqual([[2, -4]]);
    const again = await loadModel(await encodeModel(loaded, 'keras'));
    expect(valuesOf(again.predict([[1, -2]]))).toEqual([[2, -4]]);
  });
});

test('a class that is missing is named before a mask of its call', async () => {
  const config = functional(['x'], 'a', [
    entry('x'),
    {
      class_name: 'Telepathy',
      config: { name: 'a' },
      name: 'a',
      inbound_nodes: [{ args: [tensor('x')], kwargs: { mask: tensor('x') } }],
    },
  ]);
  await expectFormatError(loadModel(await keras3(config)), /a \(Telepathy\): there is no layer class 'Telepathy'/);
});
