import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, type Mock, test, vi } from 'vitest';
import { writeZip } from '../../src/io/bytes/zip.js';
import { writeHdf5 } from '../../src/io/hdf5/write.js';
import { writeTexts } from '../../src/io/keras/attributes.js';
import { loadModel, resumeTraining } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import * as layers from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { optimizerFromConfig } from '../../src/optim/registry.js';
import { expectFormatError, FORMATS, onCpu, valuesOf } from './helpers.js';

/* The state of an optimizer goes to the weights that it was made for, or starts afresh with a warning. */

onCpu();

let warn: Mock;
beforeEach(() => {
  warn = vi.spyOn(console, 'warn').mockImplementation(() => {}) as unknown as Mock;
});
afterEach(() => vi.restoreAllMocks());
const warnings = (): string[] => warn.mock.calls.map(([message]) => message);

const dense = (name: string, options = {}) =>
  layers.dense({ units: 2, name, useBias: false, inputShape: [2], ...options });
const stack = (...all: ReturnType<typeof dense>[]): Model => sequential({ layers: all });
const x = [
  [1, 2],
  [3, 4],
];
const y = [
  [1, 0],
  [0, 1],
];
const compiled = (model: Model, optimizer: string, options = {}): Model => {
  model.compile({ optimizer: optimizerFromConfig(optimizer, options), loss: 'meanSquaredError' });
  return model;
};
const slotsOf = (model: Model): Record<string, number[]> =>
  Object.fromEntries(
    // A variable has a number at its end while another model has one of its name.
    model.optimizer.slots().map(({ weight, slot, value }) => {
      return [`${weight.name.replace(/_\d+$/, '')}/${slot}`, Array.from(value.dataSync())];
    }),
  );

describe.each(FORMATS)('through %s', (format) => {
  // keras#11515: slots of a layer that was thawed later come last, and a file in order exchanges them.
  test('slots stay with their weights when layers are thawed', async () => {
    const model = compiled(stack(dense('base', { trainable: false }), dense('head')), 'sgd', { momentum: 0.9 });
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    model.layers[0].trainable = true;
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const loaded = await loadModel(await encodeModel(model, format));
    expect(slotsOf(loaded)).toEqual(slotsOf(model));
    expect(loaded.optimizer.iterations).toBe(2);
    expect(warnings()).toEqual([]);
  });

  test('slots of frozen layers are kept, and taken up when they are thawed again', async () => {
    const model = compiled(stack(dense('base'), dense('head')), 'adam');
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    model.layers[0].trainable = false;
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    const loaded = await loadModel(await encodeModel(model, format));
    expect(loaded.layers[0].trainable).toBe(false);
    expect(slotsOf(loaded)).toEqual(slotsOf(model));
    expect(warnings()).toEqual([]);
    for (const each of [model, loaded]) {
      each.layers[0].trainable = true;
      await each.fit(x, y, { epochs: 1, verbose: 0, shuffle: false });
    }
    expect(loaded.getWeights().map((t) => Array.from(t.dataSync()))).toEqual(
      model.getWeights().map((t) => Array.from(t.dataSync())),
    );
  });

  test('of other shapes too, with a layer that was thawed and not trained since', async () => {
    const wide = stack(dense('base', { units: 3, trainable: false }), dense('head'));
    const model = compiled(wide, 'rmsprop', { momentum: 0.5, centered: true });
    await model.fit(x, y, { epochs: 1, verbose: 0 });
    model.layers[0].trainable = true;
    const { model: loaded, epoch } = await resumeTraining(await encodeModel(model, format));
    expect(epoch).toBe(1);
    expect(slotsOf(loaded)).toEqual(slotsOf(model));
    expect(warnings()).toEqual([]);
  });

  test('a model that was compiled and never trained', async () => {
    const model = compiled(stack(dense('base')), 'adam');
    const loaded = await loadModel(await encodeModel(model, format));
    expect(loaded.optimizer.iterations).toBe(0);
    expect(slotsOf(loaded)).toEqual({});
    expect(warnings()).toEqual([]);
  });
});

/** An .h5 of two dense layers, its optimizer's arrays under the names that a release gave them. */
const h5 = (version: string, optimizer: object, names: readonly string[], arrays: readonly (readonly number[])[]) =>
  writeHdf5((root) => {
    const config = {
      class_name: 'Sequential',
      config: [
        { class_name: 'Dense', config: { name: 'z', units: 2, use_bias: false, batch_input_shape: [null, 2] } },
        { class_name: 'Dense', config: { name: 'a', units: 2, use_bias: false } },
      ],
    };
    const training = { loss: 'mse', optimizer_config: optimizer, metrics: [] };
    root.text('keras_version', version, 'bytes').text('model_config', JSON.stringify(config), 'bytes');
    root.text('training_config', JSON.stringify(training), 'bytes');
    const weights = root.child('model_weights').text('keras_version', version, 'bytes');
    writeTexts(weights, 'layer_names', ['z', 'a']);
    for (const name of ['z', 'a']) {
      const group = weights.child(name);
      writeTexts(group, 'weight_names', [`${name}/kernel:0`]);
      group.numbers(`${name}/kernel:0`, new Float32Array(4), [2, 2]);
    }
    const group = root.child('optimizer_weights');
    writeTexts(group, 'weight_names', names);
    for (const [index, name] of names.entries()) {
      const values = arrays[index];
      group.numbers(
        name,
        Float32Array.from(values),
        values.length === 4 ? [2, 2] : values.length === 1 ? [] : [values.length],
      );
    }
  });

const fours = (...values: number[]): number[][] => values.map((value) => [value, value, value, value]);
const adam = { class_name: 'Adam', config: { lr: 0.001 } };
const firsts = (model: Model): Record<string, number> =>
  Object.fromEntries(Object.entries(slotsOf(model)).map(([name, values]) => [name, values[0]]));
const expected = { 'z/kernel/momentum': 1, 'a/kernel/momentum': 2, 'z/kernel/velocity': 3, 'a/kernel/velocity': 4 };

describe('names and orders of Keras', () => {
  // keras/optimizers.py of 2.0.5: [iterations] + ms + vs, of weights that collect_trainable_weights has sorted by their
  // names.
  test('up to 2.0.5', async () => {
    const names = ['Adam/iterations:0', ...[0, 1, 2, 3].map((i) => `training/Adam/Variable_${i}:0`)];
    const model = await loadModel(await h5('2.0.5', adam, names, [[7], ...fours(2, 1, 4, 3)]));
    expect(firsts(model)).toEqual(expected);
    expect(model.optimizer.iterations).toBe(7);
    expect(warnings()).toEqual([]);
  });

  test('2.1 to 2.3: by kind, with a vhat of one number for each weight', async () => {
    const kinds = ['m', 'v', 'vhat'].flatMap((kind) => [`training/Adam/${kind}_0:0`, `training/Adam/${kind}_1:0`]);
    const bytes = await h5(
      '2.3.1',
      adam,
      ['training/Adam/iterations:0', ...kinds],
      [[7], ...fours(1, 2, 3, 4), [0], [0]],
    );
    const model = await loadModel(bytes);
    expect(firsts(model)).toEqual(expected);
    expect(warnings()).toEqual([]);
  });

  test('2.4 to 2.10: optimizer, variable, kind', async () => {
    const names = ['Adam/iter:0', 'Adam/a/kernel/m:0', 'Adam/z/kernel/m:0', 'Adam/a/kernel/v:0', 'Adam/z/kernel/v:0'];
    const model = await loadModel(await h5('2.4.0', adam, names, [[7], ...fours(2, 1, 4, 3)]));
    expect(firsts(model)).toEqual(expected);
  });

  // tf_keras/optimizers/adam.py: add_variable_from_reference of m and v, variable by variable.
  test('2.11 to 2.15: optimizer, kind, variable, without a learning rate', async () => {
    const names = ['iteration:0', 'Adam/m/z/kernel:0', 'Adam/v/z/kernel:0', 'Adam/m/a/kernel:0', 'Adam/v/a/kernel:0'];
    const model = await loadModel(await h5('2.13.1', adam, names, [[7], ...fours(1, 3, 2, 4)]));
    expect(firsts(model)).toEqual(expected);
    expect(model.optimizer.iterations).toBe(7);
  });

  // tf_keras/optimizers/sgd.py builds momenta whether or not there is momentum.
  test('SGD of 2.11 to 2.15 has slots that are not used, and a model that was never trained only a count', async () => {
    const sgd = { class_name: 'SGD', config: { learning_rate: 0.01, momentum: 0 } };
    const names = ['iteration:0', 'SGD/m/z/kernel:0', 'SGD/m/a/kernel:0'];
    const model = await loadModel(await h5('2.13.1', sgd, names, [[7], ...fours(0, 0)]));
    expect(model.optimizer.iterations).toBe(7);
    const untrained = await loadModel(await h5('2.13.1', adam, ['iteration:0'], [[0]]));
    expect(untrained.optimizer.iterations).toBe(0);
    expect(warnings()).toEqual([]);
  });

  test('3: paths whose parts are joined by underscores', async () => {
    const slots = ['a_kernel_momentum', 'a_kernel_velocity', 'z_kernel_momentum', 'z_kernel_velocity'];
    const names = ['iteration', 'learning_rate', ...slots.map((name) => `sequential_${name}`)].map((n) => `adam/${n}`);
    const model = await loadModel(await h5('3.1.1', adam, names, [[7], [0.5], ...fours(2, 4, 1, 3)]));
    expect(firsts(model)).toEqual(expected);
    expect(model.optimizer.learningRate).toBe(0.5);
  });

  // keras/src/optimizers/nadam.py: 3.0 makes u_product before the slots, 3.16 after them; both track it.
  test.each([
    ['before', [[7], [0.5], [0.4], ...fours(1, 3, 2, 4)]],
    ['after', [[7], [0.5], ...fours(1, 3, 2, 4), [0.4]]],
  ])('3, without names: Nadam has a scalar %s its slots', async (_, arrays) => {
    const nadam = { class_name: 'Nadam', config: { learning_rate: 0.001 } };
    const names = arrays.map((_, index) => `variable_${index}`);
    const model = await loadModel(await h5('3.1.1', nadam, names, arrays));
    expect(firsts(model)).toEqual(expected);
    expect(model.optimizer.iterations).toBe(7);
    expect(model.optimizer.learningRate).toBe(0.5);
    expect(warnings()).toEqual([]);
  });
});

// optimizer_v2 of TensorFlow 2.4, tf_keras/optimizers of 2.13, keras/optimizers.py of 2.0.4: kinds of slots, whose
// arrays are 1, 2 … here, those of `a` before those of `z`.
describe('slots of other optimizers', () => {
  const momentum = { class_name: 'SGD', config: { momentum: 0.9 } };
  const centered = { class_name: 'RMSprop', config: { momentum: 0.5, centered: true } };
  const plain = (className: string, config = {}) => ({ class_name: className, config });
  const slotted = (kinds: readonly string[]) =>
    Object.fromEntries(
      kinds.flatMap((kind, i) => [`a/kernel/${kind}`, `z/kernel/${kind}`].map((n, j) => [n, 2 * i + j + 1])),
    );
  const counted = (count: number) => fours(...Array.from({ length: count }, (_, i) => i + 1));
  const pairs = (kinds: readonly string[], name: (kind: string, weight: string) => string) =>
    kinds.flatMap((kind) => ['a', 'z'].map((weight) => name(kind, weight)));

  test.each([
    [momentum, ['momentum'], ['momentum']],
    [plain('Adagrad'), ['accumulator'], ['accumulator']],
    [plain('Adadelta'), ['accum_grad', 'accum_var'], ['accumulated_grad', 'accumulated_delta_var']],
    [plain('Adamax'), ['m', 'v'], ['momentum', 'norm']],
    [centered, ['rms', 'momentum', 'mg'], ['velocity', 'momentum', 'average_gradient']],
  ])('2.4: %o', async (optimizer, kinds, slots) => {
    const names = pairs(kinds, (kind, weight) => `${optimizer.class_name}/${weight}/kernel/${kind}:0`);
    const model = await loadModel(
      await h5('2.4.0', optimizer, ['X/iter:0', ...names], [[7], ...counted(names.length)]),
    );
    expect(firsts(model)).toEqual(slotted(slots));
    expect(warnings()).toEqual([]);
  });

  test.each([
    [plain('Adadelta'), ['accumulated_grad', 'accumulated_delta_var'], ['accumulated_grad', 'accumulated_delta_var']],
    [plain('Adamax'), ['m', 'u'], ['momentum', 'norm']],
    [plain('Adam', { amsgrad: true }), ['m', 'v', 'vhat'], ['momentum', 'velocity', 'velocity_hat']],
    [plain('AdamW', { weight_decay: 0.004 }), ['m', 'v'], ['momentum', 'velocity']],
    [centered, ['velocity', 'momentum', 'average_gradient'], ['velocity', 'momentum', 'average_gradient']],
  ])('2.13: %o', async (optimizer, kinds, slots) => {
    const names = pairs(kinds, (kind, weight) => `${optimizer.class_name}/${kind}/${weight}/kernel:0`);
    const bytes = await h5('2.13.1', optimizer, ['iteration:0', ...names], [[7], ...counted(names.length)]);
    expect(firsts(await loadModel(bytes))).toEqual(slotted(slots));
    expect(warnings()).toEqual([]);
  });

  test.each([
    [momentum, ['momentum']],
    [plain('RMSprop'), ['velocity']],
    [plain('Adadelta'), ['accumulated_grad', 'accumulated_delta_var']],
    [plain('Adamax'), ['momentum', 'norm']],
  ])('2.0.4, without names, weights sorted: %o', async (optimizer, slots) => {
    const names = ['iterations:0', ...counted(2 * slots.length).map((_, i) => `training/X/Variable_${i}:0`)];
    const bytes = await h5('2.0.4', optimizer, names, [[7], ...counted(2 * slots.length)]);
    expect(firsts(await loadModel(bytes))).toEqual(slotted(slots));
    expect(warnings()).toEqual([]);
  });
});

describe('a state that does not fit', () => {
  test('resets the optimizer, and the model loads', async () => {
    const names = ['Adam/iterations:0', 'training/Adam/Variable:0'];
    const model = await loadModel(await h5('2.2.4', adam, names, [[7], [1, 2, 3]]));
    expect(model.optimizer.iterations).toBe(0);
    expect(warnings()).toEqual([
      expect.stringMatching(/\/optimizer_weights: the optimizer is reset: 1 arrays in the file.*\{ compile: false \}/),
    ]);
  });

  test('slot by slot, where names say which', async () => {
    const names = ['Adam/iter:0', 'Adam/a/kernel/m:0', 'Adam/a/kernel/v:0', 'Adam/z/kernel/m:0', 'Adam/z/kernel/v:0'];
    const model = await loadModel(await h5('2.4.0', adam, names, [[7], ...fours(2, 4), [1, 2, 3], [1, 2, 3]]));
    expect(firsts(model)).toEqual({ ...expected, 'z/kernel/momentum': 0, 'z/kernel/velocity': 0 });
    expect(model.optimizer.iterations).toBe(7);
    expect(warnings()).toEqual([
      expect.stringMatching(/slots of the optimizer are reset: z\/kernel\/momentum is \[3\]/),
    ]);
  });

  // Keras 3 keeps order alone in .keras: equal shapes go by it, others start afresh.
  test('in a .keras of tf_keras 2.13', async () => {
    const text = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));
    const config = {
      class_name: 'Sequential',
      config: {
        name: 's',
        layers: ['z', 'a'].map((name, i) => ({
          class_name: 'Dense',
          config: { name, units: 2, use_bias: false, ...(i === 0 ? { batch_input_shape: [null, 2] } : {}) },
        })),
      },
      compile_config: { optimizer: { class_name: 'Adam', config: { learning_rate: 0.001 } }, loss: 'mse' },
    };
    const keras = async (slots: readonly (readonly number[])[]) => {
      const weights = await writeHdf5((root) => {
        for (const name of ['dense', 'dense_1'])
          root.child(`layers/${name}/vars`).numbers('0', new Float32Array(4), [2, 2]);
        const vars = root.child('optimizer/vars').numbers('0', BigInt64Array.of(7n), []);
        for (const [i, values] of slots.entries()) {
          vars.numbers(String(i + 1), Float32Array.from(values), values.length === 4 ? [2, 2] : [values.length]);
        }
      });
      return writeZip({
        'metadata.json': text({ keras_version: '2.14.0' }),
        'config.json': text(config),
        'model.weights.h5': weights,
      });
    };
    expect(firsts(await loadModel(await keras(fours(1, 3, 2, 4))))).toEqual(expected);
    expect(warnings()).toEqual([]);
    const misfit = await loadModel(await keras([...fours(1, 3, 2), [1]]));
    expect(misfit.optimizer.iterations).toBe(0);
    expect(warnings()).toEqual([expect.stringContaining('a/kernel/velocity is [1] in the file, expected [2,2]')]);
  });
});

describe('tfjs 4.22', () => {
  const data = (values: readonly number[], shape: number[]) => ({ values: Float32Array.from(values), shape });
  const images = (y: number[]) => data(y, [8, 2]);
  const branches = (y: number[]) => [data(y.slice(0, 16), [8, 2]), data(y.slice(16), [8, 1])];

  // Predictions, and the losses of two further epochs, are those that tfjs computes (test/fixtures/tfjs/make.cjs).
  test.each<[string, number[], (y: number[]) => ReturnType<typeof images> | ReturnType<typeof branches>, number]>([
    ['adam', [8, 3, 3, 2], images, 4],
    ['momentum', [8, 3, 3, 2], images, 4],
    ['rmsprop', [8, 3, 3, 2], images, 4],
    ['adagrad', [8, 3, 3, 2], images, 4],
    ['branches', [8, 3], branches, 4],
    ['sequences', [8, 4], images, 4],
    ['untrained', [8, 3], branches, 0],
    ['plain', [8, 4], images, 4],
  ])('continues with %s', async (name, shape, labels, iterations) => {
    const path = fileURLToPath(new URL(`../fixtures/tfjs/${name}.json`, import.meta.url));
    const saved = JSON.parse(readFileSync(path, 'utf8'));
    const files = [
      new File([JSON.stringify(saved.model)], 'model.json'),
      new File([Buffer.from(saved.weights, 'base64')], 'weights.bin'),
    ];
    const model = await loadModel(files);
    expect(model.optimizer.iterations).toBe(iterations);
    expect(warnings()).toEqual([]);
    const inputs = data(saved.x, shape);
    const bare = await loadModel(files, { compile: false });
    for (const each of [model, bare]) {
      const output = valuesOf(each.predict(inputs)).flat();
      expect(output).toHaveLength(saved.output.length);
      for (const [index, value] of output.entries()) expect(value).toBeCloseTo(saved.output[index], 5);
    }
    const { history } = await model.fit(inputs, labels(saved.y), {
      epochs: 2,
      batchSize: 4,
      shuffle: false,
      verbose: 0,
    });
    for (const [epoch, loss] of history.loss.entries()) expect(loss).toBeCloseTo(saved.losses[epoch], 4);
  });
});

test('resumeTraining of a file without progress frees its tensors', async () => {
  const { memory } = await import('../../src/tensor/scope.js');
  const bytes = await encodeModel(stack(dense('a')), 'keras');
  const before = memory();
  await expectFormatError(resumeTraining(bytes), /no position of training/);
  expect(memory()).toEqual(before);
});
