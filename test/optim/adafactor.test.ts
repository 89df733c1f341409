import '../../src/ops/methods.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { originOf } from '../../src/io/keras/origin.js';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { keras3Names, readOptimizerState } from '../../src/io/training/optimizer-state.js';
import { restoreOptimizer } from '../../src/io/training/restore-optimizer.js';
import { batchNormalization, conv2d, dense, flatten } from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { disposeVariables, variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/* Adafactor against `update_step` of keras/src/optimizers/adafactor.py of Keras 3, in float64 and index by index. */

const COUNT = 24;
const START = Array.from({ length: COUNT }, (_, i) => Math.sin(3 * i + 1));
const GRADIENTS = [1, 2, 3, 4].map((step) =>
  Array.from({ length: COUNT }, (_, i) => (i % 7 === step ? 0 : 1.5 * Math.cos(step * i + 0.5) ** 3)),
);

interface Settings {
  readonly learningRate: number;
  readonly beta2Decay?: number;
  readonly epsilon2?: number;
  readonly clipThreshold?: number;
}

const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, x) => sum + x * x, 0) / values.length);

/** A state of the rule, for a weight of blocks [rows, columns]; rows 0 stands for a weight of rank 1. */
function rule(blocks: number, rows: number, columns: number, settings: Settings) {
  const { learningRate, beta2Decay = -0.8, epsilon2 = 1e-3, clipThreshold = 1 } = settings;
  const v = Array(COUNT).fill(0);
  const r = Array(blocks * rows).fill(0);
  const c = Array(blocks * columns).fill(0);
  return (w: readonly number[], g: readonly number[], t: number): number[] => {
    const kept = 1 - t ** beta2Decay;
    const squares = g.map((x) => x * x + 1e-30);
    if (rows === 0) for (const [i, s] of squares.entries()) v[i] = kept * v[i] + (1 - kept) * s;
    for (let block = 0; block < blocks && rows > 0; block++) {
      const at = (i: number, j: number) => (block * rows + i) * columns + j;
      for (let i = 0; i < rows; i++) {
        let sum = 0;
        for (let j = 0; j < columns; j++) sum += squares[at(i, j)];
        r[block * rows + i] = kept * r[block * rows + i] + ((1 - kept) * sum) / columns;
      }
      for (let j = 0; j < columns; j++) {
        let sum = 0;
        for (let i = 0; i < rows; i++) sum += squares[at(i, j)];
        c[block * columns + j] = kept * c[block * columns + j] + ((1 - kept) * sum) / rows;
      }
      const mean = r.slice(block * rows, (block + 1) * rows).reduce((sum, x) => sum + x, 0) / rows;
      for (let i = 0; i < rows; i++) {
        for (let j = 0; j < columns; j++) v[at(i, j)] = (r[block * rows + i] / mean) * c[block * columns + j];
      }
    }
    const u = g.map((x, i) => x / Math.sqrt(v[i]));
    const size = Math.min(learningRate, 1 / Math.sqrt(t)) * Math.max(epsilon2, rms(w));
    return w.map((x, i) => x - (size * u[i]) / Math.max(1, rms(u) / clipThreshold));
  };
}

afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});

describe.each([
  ['cpu', 'float64', 1e-9],
  ['wasm', 'float32', 1e-4],
] as const)('on %s in %s', (backend, dtype, tolerance) => {
  test.each<[number[], Settings]>([
    [[4, 6], { learningRate: 0.1 }],
    [[24], { learningRate: 0.1 }],
    [[2, 3, 4], { learningRate: 0.7, beta2Decay: -0.5 }],
    [[2, 2, 3, 2], { learningRate: 2, clipThreshold: 0.25 }],
    [[24, 1], { learningRate: 0.05, epsilon2: 2 }],
  ])('a weight %j with %o', async (shape, settings) => {
    await startBackend(backend);
    const before = memory();
    const [rows, columns] = shape.length < 2 ? [0, COUNT] : shape.slice(-2);
    const next = rule(rows === 0 ? 1 : COUNT / rows / columns, rows, columns, settings);
    const weight = tidy(() => variable(tensor(START, shape, dtype)));
    const optimizer = optimizers.adafactor(settings);
    let expected = START;
    for (const [index, gradient] of GRADIENTS.entries()) {
      tidy(() => optimizer.applyGradients([[tensor(gradient, shape, dtype), weight]]));
      expected = next(expected, gradient, index + 1);
      for (const [i, value] of weight.dataSync().entries()) {
        expect(Math.abs(value - expected[i]), `number ${i} after update ${index + 1}`).toBeLessThan(tolerance);
      }
    }
    optimizer.dispose();
    weight.dispose();
    expect(memory()).toEqual(before);
  });
});

test('a gradient of zeros, as from units that are never on, moves nothing', async () => {
  await startBackend('wasm');
  const weight = tidy(() =>
    variable(
      tensor([
        [1, 2],
        [3, 4],
      ]),
    ),
  );
  tidy(() =>
    optimizers.adafactor(0.1).applyGradients([
      [
        tensor([
          [0, 0],
          [0, 0],
        ]),
        weight,
      ],
    ]),
  );
  expect(Array.from(weight.dataSync())).toEqual([1, 2, 3, 4]);
});

test('slots have the shapes of Keras, which keeps numbers for weights of rank 1', async () => {
  await startBackend('cpu');
  const shapes = [[3, 3, 2, 4], [4]].map((shape) =>
    tidy(() => variable(tensor(Array(shape.reduce((a, b) => a * b)).fill(1), shape))),
  );
  const optimizer = optimizers.adafactor();
  optimizer.build(shapes);
  expect(optimizer.slots().map(({ slot, value }) => [slot, value.shape])).toEqual([
    ['r', [3, 3, 2]],
    ['c', [3, 3, 4]],
    ['velocity', [3, 3, 2, 4]],
    ['r', []],
    ['c', []],
    ['velocity', [4]],
  ]);
});

const X = { values: Float32Array.from({ length: 50 }, (_, i) => Math.sin(i)), shape: [2, 5, 5, 1] };
const Y = { values: Float32Array.from([1, 0, 0, 1]), shape: [2, 2] };
const decaying = () => optimizers.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 2 });

/** The first trained weight has rank 1, so that its `r` is a number, as a learning rate is. */
function compiled(options: object): Model {
  const model = sequential({
    layers: [
      batchNormalization({ inputShape: [5, 5, 1] }),
      conv2d({ filters: 3, kernelSize: 3, kernelInitializer: 'ones' }),
      flatten(),
      dense({ units: 2, kernelInitializer: 'ones' }),
    ],
  });
  model.compile({ optimizer: optimizers.adafactor(options), loss: 'meanSquaredError' });
  return model;
}

const train = (model: Model) => model.fit(X, Y, { epochs: 3, shuffle: false, verbose: 0 });
const valuesOf = (model: Model) => model.weights.map(({ variable: weight }) => Array.from(weight.dataSync()));

const RATES: [string, () => object][] = [
  ['a number', () => ({ learningRate: 0.1 })],
  ['a schedule', () => ({ learningRate: decaying() })],
  ['a schedule and averages', () => ({ learningRate: decaying(), useEma: true })],
];

describe.each(RATES)('with %s as rate', (_, options) => {
  test.each(['keras', 'h5', 'safetensors'] as const)('it continues to the bit from a file of %s', async (format) => {
    await startBackend('wasm');
    const warn = vi.spyOn(console, 'warn');
    const model = compiled(options());
    await train(model);
    const loaded = await loadModel(await encodeModel(model, format));
    await train(model);
    await train(loaded);
    expect(valuesOf(loaded)).toEqual(valuesOf(model));
    expect(warn).not.toHaveBeenCalled();
  });

  // Keras's own .keras files list the arrays by number.
  test('the arrays of Keras 3, in its order and without names, go to their slots', async () => {
    await startBackend('wasm');
    const warn = vi.spyOn(console, 'warn');
    const model = compiled(options());
    await train(model);
    const state = (await readOptimizerState(model))!;
    const arrays = keras3Names(state, '').map(({ shape, values }) => ({ name: null, shape, read: () => ({ values }) }));
    const other = compiled(options());
    restoreOptimizer(other, { arrays: arrays as never, origin: originOf('3.15.1', 'file'), where: 'file' });
    expect(other.optimizer.iterations).toBe(3);
    const slots = ({ optimizer }: Model) =>
      optimizer.slots().map(({ slot, value }) => [slot, Array.from(value.dataSync())]);
    expect(slots(other)).toEqual(slots(model));
    expect(warn).not.toHaveBeenCalled();
  });
});
