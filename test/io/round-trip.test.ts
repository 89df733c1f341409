import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadModel, loadWeights } from '../../src/io/load.js';
import { encodeModel, saveModel, saveWeights } from '../../src/io/save.js';
import type { SymbolicTensor } from '../../src/layers/base/symbolic.js';
import { input } from '../../src/layers/core/input.js';
import * as layers from '../../src/layers/index.js';
import { model as functional } from '../../src/models/functional.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { memory } from '../../src/tensor/scope.js';
import {
  branchedModel,
  expectFormatError,
  FORMATS,
  onCpu,
  smallData,
  smallSequential,
  temporaryFolder,
  valuesOf,
} from './helpers.js';

onCpu();
const folder = temporaryFolder();
const pair = {
  left: [
    [1, 2, 3, 4],
    [0, -1, 0.5, 2],
  ],
  right: [
    [0.1, 0.2, 0.3, 0.4],
    [1, 1, 1, 1],
  ],
};
const structure = (model: Model) => model.layers.map((layer) => [layer.name, layer.className, layer.trainable]);

describe.each(FORMATS)('a model through %s', (format) => {
  test('comes back with the same layers, weights and outputs, to the bit', async () => {
    const model = smallSequential();
    const { x } = smallData(5);
    const path = join(folder, `small.${format}`);
    await saveModel(model, path);
    const loaded = await loadModel(path);
    expect(structure(loaded)).toEqual(structure(model));
    expect(loaded.layers.map((layer) => layer.getConfig())).toEqual(
      model.layers.map((layer) => ({ ...layer.getConfig(), batchInputShape: undefined })),
    );
    expect(valuesOf(loaded.getWeights())).toEqual(valuesOf(model.getWeights()));
    expect(valuesOf(loaded.predict(x))).toEqual(valuesOf(model.predict(x)));
  });

  test('preserves shared layers, nested models, several inputs and outputs, and frozen layers', async () => {
    const model = branchedModel();
    const loaded = await loadModel(await encodeModel(model, format));
    expect(structure(loaded)).toEqual(structure(model));
    expect(loaded.inputNames).toEqual(['left', 'right']);
    expect(loaded.outputNames).toEqual(model.outputNames);
    expect(loaded.trainableWeights).toHaveLength(model.trainableWeights.length);
    expect(loaded.countParams()).toBe(model.countParams());
    expect(valuesOf(loaded.predict(pair))).toEqual(valuesOf(model.predict(pair)));
    // Once more: the loaded model is saved unchanged.
    const again = await loadModel(await encodeModel(loaded, format));
    expect(valuesOf(again.predict(pair))).toEqual(valuesOf(model.predict(pair)));
  });

  test('keeps what compile was given, and the optimizer state', async () => {
    const model = smallSequential();
    model.compile({ optimizer: 'adam', loss: 'categoricalCrossentropy', metrics: ['accuracy'] });
    const { x, y } = smallData(20);
    await model.fit(x, y, { epochs: 2 });
    const loaded = await loadModel(await encodeModel(model, format));
    expect(loaded.compileOptions).toMatchObject({ loss: 'categorical_crossentropy', metrics: ['accuracy'] });
    expect(loaded.optimizer.className).toBe('Adam');
    expect(loaded.optimizer.iterations).toBe(model.optimizer.iterations);
    const state = (each: Model) => each.optimizer.getWeights().map(({ tensor }) => valuesOf(tensor)[0]);
    expect(state(loaded)).toEqual(state(model));
    expect((await loadModel(await encodeModel(model, format), { compile: false })).compileOptions).toBeNull();
    const without = await loadModel(await encodeModel(model, format, { includeOptimizer: false }));
    expect(without.compileOptions).toBeNull();
  });

  test('leaves no tensors behind but those of the model', async () => {
    const model = smallSequential();
    model.compile({ optimizer: 'adam', loss: 'mse' });
    const bytes = await encodeModel(model, format);
    const before = memory();
    const loaded = await loadModel(bytes);
    await encodeModel(loaded, format);
    loaded.dispose();
    expect(memory()).toEqual(before);
  });
});

describe('weights only', () => {
  test.each(['weights.h5', 'safetensors', 'h5', 'keras'] as const)('through %s', async (format) => {
    const source = branchedModel();
    const target = branchedModel();
    const path = join(folder, `branched.${format}`);
    const weightsAlone = format === 'weights.h5' || format === 'safetensors';
    await (weightsAlone ? saveWeights : saveModel)(source, path);
    if (weightsAlone) await expect(loadModel(path)).rejects.toThrow('weights without a model');
    expect(valuesOf(target.predict(pair))).not.toEqual(valuesOf(source.predict(pair)));
    const { loaded, skipped } = await loadWeights(target, path);
    expect(loaded).toHaveLength(source.weights.length);
    expect(skipped).toEqual([]);
    expect(valuesOf(target.predict(pair))).toEqual(valuesOf(source.predict(pair)));
  });

  test('go into files of weights, and no others', async () => {
    const model = branchedModel();
    const expected = 'expected .weights.h5 or .safetensors; saveModel writes whole models';
    for (const name of ['model.keras', 'model.h5', 'model.json', 'weights']) {
      await expect(saveWeights(model, join(folder, name))).rejects.toThrow(`${name}, ${expected}`);
    }
    await expect(saveWeights(model, 'model.weights.h5', { format: 'keras' })).rejects.toThrow('format is keras');
    await expect(saveModel(model, 'indexeddb://model')).rejects.toThrow('indexeddb://: IndexedDB is not available');
    await expect(saveWeights(model, 3 as never)).rejects.toThrow('saveWeights: given 3');
    await expect(saveWeights(sequential(), 'model.weights.h5')).rejects.toThrow(
      'saveWeights needs a known input shape',
    );
    expect(readdirSync(folder)).not.toContain('model.keras');
  });

  const head = (units: number, name: string) =>
    sequential({
      layers: [
        layers.dense({ units: 4, name: 'base', inputShape: [3] }),
        layers.dense({ units, name }),
        layers.dense({ units: 2, name: 'last' }),
      ],
    });

  test.each(['weights.h5', 'safetensors', 'h5', 'keras'] as const)(
    'by name, for fine-tuning, through %s',
    async (format) => {
      const source = head(5, 'old_head');
      const bytes = await encodeModel(source, format);
      const target = head(5, 'new_head');
      const before = valuesOf(target.getWeights());
      const { loaded } = await loadWeights(target, bytes, { byName: true });
      expect(loaded).toEqual(['base/kernel', 'base/bias', 'last/kernel', 'last/bias']);
      const after = valuesOf(target.getWeights());
      expect(after.slice(0, 2)).toEqual(valuesOf(source.getWeights()).slice(0, 2));
      expect(after.slice(2, 4)).toEqual(before.slice(2, 4));
    },
  );

  test.each(['weights.h5', 'safetensors', 'h5', 'keras'] as const)(
    'of other shapes are an error, or skipped, through %s',
    async (format) => {
      const bytes = await encodeModel(head(5, 'head'), format);
      const target = head(7, 'head');
      const before = valuesOf(target.getWeights());
      await expectFormatError(loadWeights(target, bytes), /\[4,5\]/, /head\/kernel is \[4,7\]/);
      // One that does not fit: none is set.
      expect(valuesOf(target.getWeights())).toEqual(before);
      const { loaded, skipped } = await loadWeights(target, bytes, { skipMismatch: true });
      expect(loaded).toEqual(['base/kernel', 'base/bias', 'last/bias']);
      expect(skipped).toHaveLength(3);
    },
  );
});

test('refuses what no file can hold, and says how to save without', async () => {
  const model = smallSequential();
  model.compile({ optimizer: 'sgd', loss: (yTrue, yPred) => yPred.sub(yTrue).square().mean(-1) });
  await expect(encodeModel(model, 'keras')).rejects.toThrow(/loss .* includeOptimizer: false/);
  await expect(encodeModel(model, 'keras', { includeOptimizer: false })).resolves.toBeInstanceOf(Uint8Array);
  await expect(saveModel(model, 'model.onnx')).rejects.toThrow(/model\.onnx: expected the extension/);
  const unbuilt = sequential({ layers: [layers.dense({ units: 2 })] });
  await expect(encodeModel(unbuilt, 'keras')).rejects.toThrow(/needs a known input shape/);
});

test('options that are misspelt or not known are refused by name', async () => {
  const model = smallSequential();
  const path = join(folder, 'options.keras');
  for (const [call, message] of [
    [
      () => saveModel(model, path, { includeOptimiser: false } as never),
      "there is no option includeOptimiser; did you mean 'includeOptimizer'?",
    ],
    [() => encodeModel(model, 'keras', { epoch: -1 }), 'encodeModel: epoch is -1, expected an integer ≥ 0'],
    [
      () => encodeModel(model, 'kera' as never),
      "encodeModel: format is 'kera', expected one of keras, weights.h5, h5, safetensors; did you mean 'keras'?",
    ],
    [() => saveWeights(model, path, { kerasVersion: '2.0' as never }), "saveWeights: kerasVersion is '2.0'"],
    [
      () => loadModel(path, { compil: false } as never),
      "loadModel: there is no option compil; did you mean 'compile'?",
    ],
    [
      () => loadWeights(model, path, { byname: true } as never),
      "loadWeights: there is no option byname; did you mean 'byName'?",
    ],
    [() => model.save(path, { trainableOnly: true } as never), 'saveModel: there is no option trainableOnly'],
  ] as const) {
    await expect(call()).rejects.toThrow(message);
  }
});

// keras#20285: an explicit `training` of a call in a graph wins over that of fit.
test.each(FORMATS)('a call with its own training keeps it through %s', async (format) => {
  const x = input({ shape: [2] });
  const normalized = layers.batchNormalization({ momentum: 0.5, name: 'bn' }).apply(x, { training: false });
  const outputs = layers.dense({ units: 1 }).apply(normalized as SymbolicTensor) as SymbolicTensor;
  const loaded = await loadModel(await encodeModel(functional({ inputs: x, outputs }), format));
  loaded.compile({ optimizer: 'sgd', loss: 'meanSquaredError' });
  await loaded.fit(
    [
      [10, 20],
      [12, 24],
    ],
    [[0], [1]],
    { epochs: 1, verbose: 0 },
  );
  const mean = loaded.getLayer('bn').weights.find(({ name }) => name === 'moving_mean')!;
  expect(valuesOf(mean.variable)).toEqual([[0, 0]]);
});
