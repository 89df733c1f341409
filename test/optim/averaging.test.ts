import '../../src/ops/methods.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { dense } from '../../src/layers/index.js';
import type { Model } from '../../src/models/model.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { disposeVariables, variable } from '../../src/tensor/variable.js';
import { type CallbackFunctions, swapEMAWeights } from '../../src/training/callbacks/index.js';
import { startBackend } from '../support/backends.js';

/*
 * Moving averages and accumulated gradients against the steps of keras/src/optimizers/base_optimizer.py of Keras 3, in
 * plain float64 and number by number. There `iterations` counts updates, and the averages move in each step.
 */

const START = [-0.146795, 0.786141, 0.946822, 0];
const GRADIENTS = [
  [-1.114344, 1.69079, -0.894828, 0.25],
  [-0.355625, 1.232386, 0.138173, -0.75],
  [0, 0, 0, 0.5],
  [1.347023, 2.438208, 0.202758, 0.125],
  [-0.482, -0.331, 1.75, -0.0625],
  [0.125, -0.75, 0.5, 1],
  [0.25, 1.5, -0.25, 0.75],
];

interface Settings {
  readonly useEma?: boolean;
  readonly emaMomentum?: number;
  readonly emaOverwriteFrequency?: number;
  readonly gradientAccumulationSteps?: number;
}

type Update = (w: number, g: number, time: number) => number;

const sgd = (): Update => (w, g) => w - 0.1 * g;

function adam(): Update {
  let [m, v] = [0, 0];
  return (w, g, t) => {
    m = 0.9 * m + 0.1 * g;
    v = 0.999 * v + 0.001 * g * g;
    return w - ((0.1 * Math.sqrt(1 - 0.999 ** t)) / (1 - 0.9 ** t)) * (m / (Math.sqrt(v) + 1e-7));
  };
}

/** Steps of one number: the weight and its average after each. */
function* steps(start: number, gradients: readonly number[], settings: Settings, update: Update) {
  const { useEma, emaMomentum = 0.99, emaOverwriteFrequency, gradientAccumulationSteps: of = 1 } = settings;
  let [w, average, sum] = [start, 0, 0];
  for (const [step, gradient] of gradients.entries()) {
    const iterations = Math.floor(step / of);
    sum += gradient;
    if ((step + 1) % of === 0) {
      w = update(w, sum / of, iterations + 1);
      sum = 0;
    }
    const momentum = iterations === 0 ? 0 : emaMomentum;
    average = momentum * average + (1 - momentum) * w;
    if (useEma && emaOverwriteFrequency && (iterations + 1) % emaOverwriteFrequency === 0) w = average;
    yield { w, average };
  }
}

const SETTINGS: readonly Settings[] = [
  { useEma: true },
  { useEma: true, emaMomentum: 0.5 },
  { useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 1 },
  { useEma: true, emaMomentum: 0.9, emaOverwriteFrequency: 3 },
  { useEma: true, emaMomentum: 1 },
  { gradientAccumulationSteps: 2 },
  { gradientAccumulationSteps: 3 },
  { gradientAccumulationSteps: 2, useEma: true, emaMomentum: 0.75, emaOverwriteFrequency: 2 },
];

afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});

describe.each([
  ['cpu', 'float64', 1e-9],
  ['wasm', 'float32', 1e-4],
] as const)('on %s in %s', (backend, dtype, tolerance) => {
  test.each(SETTINGS)('%o follow their formulas', async (settings) => {
    await startBackend(backend);
    for (const [make, rule] of [
      [optimizers.sgd, sgd],
      [optimizers.adam, adam],
    ] as const) {
      const before = memory();
      const weight = tidy(() => variable(tensor(START, undefined, dtype), true, 'kernel'));
      const optimizer = make({ learningRate: 0.1, ...settings });
      const expected = START.map((start, i) => [
        ...steps(
          start,
          GRADIENTS.map((gradient) => gradient[i]),
          settings,
          rule(),
        ),
      ]);
      for (const [step, gradient] of GRADIENTS.entries()) {
        tidy(() => optimizer.applyGradients([[tensor(gradient, undefined, dtype), weight]]));
        const average = optimizer.slots().find(({ slot }) => slot === 'average')?.value;
        expect(average !== undefined).toBe(settings.useEma === true);
        for (const [i, numbers] of expected.entries()) {
          expect(Math.abs(weight.dataSync()[i] - numbers[step].w)).toBeLessThan(tolerance);
          if (average) expect(Math.abs(average.dataSync()[i] - numbers[step].average)).toBeLessThan(tolerance);
        }
      }
      optimizer.finalizeVariableValues([weight]);
      const last = expected.map((numbers) => (settings.useEma ? numbers.at(-1)!.average : numbers.at(-1)!.w));
      for (const [i, value] of weight.dataSync().entries()) expect(Math.abs(value - last[i])).toBeLessThan(tolerance);
      optimizer.dispose();
      weight.dispose();
      expect(memory()).toEqual(before);
    }
  });
});

test('clipping, decay and the schedule see the mean gradient and the real steps', async () => {
  await startBackend('cpu');
  const weight = tidy(() => variable(tensor([1, 1], undefined, 'float64')));
  const rates: number[] = [];
  const learningRate = (step: number) => {
    rates.push(step);
    return 0.5;
  };
  const optimizer = optimizers.sgd({ learningRate, clipNorm: 1, weightDecay: 0.1, gradientAccumulationSteps: 2 });
  for (const gradient of [
    [6, 0],
    [0, 8],
  ]) {
    tidy(() => optimizer.applyGradients([[tensor(gradient, undefined, 'float64'), weight]]));
  }
  // The mean [3, 4] has norm 5 and becomes [0.6, 0.8]; the weights decay once, by 0.5 · 0.1.
  const [a, b] = weight.dataSync();
  expect([a, b]).toEqual([expect.closeTo(0.95 - 0.3, 12), expect.closeTo(0.95 - 0.4, 12)]);
  expect(rates).toEqual([1]);
  expect([optimizer.steps, optimizer.iterations]).toEqual([2, 1]);
});

test('slots come in the order of Keras 3: averages and sums weight by weight, then those of the class', async () => {
  await startBackend('cpu');
  const weights = ['a', 'b'].map((name) => tidy(() => variable(tensor([1]), true, name)));
  const slotsOf = (optimizer: optimizers.Optimizer) => {
    optimizer.build(weights);
    return optimizer.slots().map(({ weight, slot }) => `${weight.name} ${slot}`);
  };
  const both = { useEma: true, gradientAccumulationSteps: 2 };
  const common = ['a average', 'a gradient_accumulator', 'b average', 'b gradient_accumulator'];
  expect(slotsOf(optimizers.adam(both))).toEqual([...common, 'a momentum', 'a velocity', 'b momentum', 'b velocity']);
  expect(slotsOf(optimizers.rmsprop({ ...both, momentum: 0.5 }))).toEqual([
    ...common,
    'a velocity',
    'b velocity',
    'a momentum',
    'b momentum',
  ]);
});

test('a frozen weight does not take its average, and a thawed one starts with its own value', async () => {
  await startBackend('cpu');
  const [a, b] = ['a', 'b'].map((name) => tidy(() => variable(tensor([8]), true, name)));
  const optimizer = optimizers.sgd({ learningRate: 1, useEma: true, emaMomentum: 0.5, emaOverwriteFrequency: 1 });
  const step = (...weights: (typeof a)[]) =>
    tidy(() => optimizer.applyGradients(weights.map((weight) => [tensor([1]), weight] as const)));
  step(a);
  step(a);
  a.assignValues([100]);
  // b: 8 − 1, then halfway between that and 8. a stays, although its average moves.
  step(b);
  expect([a.dataSync()[0], b.dataSync()[0]]).toEqual([100, 7.5]);
});

test.each([
  [() => optimizers.sgd({ emaMomentum: 1.5 }), 'SGD: emaMomentum is 1.5'],
  [() => optimizers.adam({ emaOverwriteFrequency: 0 }), 'Adam: emaOverwriteFrequency is 0'],
  [() => optimizers.lion({ gradientAccumulationSteps: 1 }), 'Lion: gradientAccumulationSteps is 1'],
  [() => optimizers.lamb({ useEma: 1 } as never), 'Lamb: useEma is 1'],
])('%s is refused', (make, message) => expect(make).toThrow(message));

const X = { values: Float32Array.from([1, 2, 3, 4, 5, 6]), shape: [2, 3] };
const Y = { values: Float32Array.from([1, 0, 0, 1]), shape: [2, 2] };

function compiled(options: Settings, make: (options: object) => optimizers.Optimizer = optimizers.adam): Model {
  const layer = dense({ units: 2, inputShape: [3], kernelInitializer: 'ones' });
  const model = sequential({ layers: [layer] });
  model.compile({ optimizer: make({ learningRate: 0.1, ...options }), loss: 'meanSquaredError' });
  return model;
}

const kernelOf = (model: Model) => Array.from(model.weights[0].variable.dataSync());
const averageOf = (model: Model) =>
  Array.from(
    model.optimizer
      .slots()
      .find(({ slot }) => slot === 'average')!
      .value.dataSync(),
  );
const train = (model: Model, epochs: number, callbacks: CallbackFunctions[] = []) =>
  model.fit(X, Y, { epochs, shuffle: false, verbose: 0, batchSize: 1, validationData: [X, Y], callbacks });

describe.each(['keras', 'h5', 'safetensors'] as const)('saved and loaded as %s', (format) => {
  test.each([optimizers.adam, optimizers.rmsprop, optimizers.nadam, optimizers.sgd])(
    '%o continues to the bit, in the middle of an update',
    async (make) => {
      await startBackend('wasm');
      const warn = vi.spyOn(console, 'warn');
      const settings = { useEma: true, emaMomentum: 0.9, emaOverwriteFrequency: 2, gradientAccumulationSteps: 3 };
      const model = compiled(settings, make as never);
      await train(model, 2);
      const loaded = await loadModel(await encodeModel(model, format));
      expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
      expect([loaded.optimizer.steps, loaded.optimizer.iterations]).toEqual([4, 1]);
      for (const each of [model, loaded]) await train(each, 3);
      expect(kernelOf(loaded)).toEqual(kernelOf(model));
      expect(loaded.optimizer.slots().map(({ value }) => Array.from(value.dataSync()))).toEqual(
        model.optimizer.slots().map(({ value }) => Array.from(value.dataSync())),
      );
      expect(warn).not.toHaveBeenCalled();
      model.dispose();
      loaded.dispose();
    },
  );
});

test('getWeights and setWeights carry the steps and the sums', async () => {
  await startBackend('cpu');
  const settings = { useEma: true, gradientAccumulationSteps: 2 };
  const model = compiled(settings);
  await train(model, 1);
  const weight = model.weights[0].variable;
  tidy(() =>
    model.optimizer.applyGradients([
      [
        tensor([
          [1, 1],
          [1, 1],
          [1, 1],
        ]),
        weight,
      ],
    ]),
  );
  const other = optimizers.adam({ learningRate: 0.1, ...settings });
  const state = model.optimizer.getWeights();
  other.setWeights(state);
  expect(other.steps).toBe(3);
  other.build([weight, model.weights[1].variable]);
  expect(other.getWeights().map(({ tensor: value }) => Array.from(value.dataSync()))).toEqual(
    state.map(({ tensor: value }) => Array.from(value.dataSync())),
  );
});

describe('fit', () => {
  test('ends with the averages, also when training is stopped', async () => {
    await startBackend('cpu');
    const last: number[][] = [];
    const stop: CallbackFunctions = {
      onEpochEnd: (epoch) => {
        last.push(kernelOf(model));
        if (epoch === 1) model.stopTraining = true;
      },
    };
    const model = compiled({ useEma: true, emaMomentum: 0.5 });
    await train(model, 5, [stop]);
    expect(last).toHaveLength(2);
    expect(kernelOf(model)).toEqual(averageOf(model));
    expect(kernelOf(model)).not.toEqual(last[1]);
  });

  test('of half batches with their gradients accumulated is that of whole ones', async () => {
    await startBackend('cpu');
    const whole = compiled({});
    await whole.fit(X, Y, { epochs: 3, shuffle: false, verbose: 0, batchSize: 2 });
    const halves = compiled({ gradientAccumulationSteps: 2 });
    await train(halves, 3);
    for (const [i, value] of kernelOf(halves).entries()) expect(value).toBeCloseTo(kernelOf(whole)[i], 5);
  });
});

describe('swapEMAWeights', () => {
  const settings = { useEma: true, emaMomentum: 0.5 };

  test('evaluates with the averages, and trains on as without it', async () => {
    await startBackend('cpu');
    const plain = compiled(settings);
    const seen: { trained: number[]; average: number[] }[] = [];
    await train(plain, 3, [
      { onTestBegin: () => void seen.push({ trained: kernelOf(plain), average: averageOf(plain) }) },
    ]);
    const model = compiled(settings);
    for (const { variable: weight } of model.weights) weight.dataSync();
    const before = memory();
    const [inTest, atEnd]: number[][][] = [[], []];
    await train(model, 3, [
      swapEMAWeights(),
      { onTestBegin: () => void inTest.push(kernelOf(model)), onEpochEnd: () => void atEnd.push(kernelOf(model)) },
    ]);
    expect(inTest).toEqual(seen.map(({ average }) => average));
    expect(atEnd).toEqual(seen.map(({ trained }) => trained));
    expect(kernelOf(model)).toEqual(kernelOf(plain));
    // Two slots of Adam and an average for each of the two weights.
    expect(memory().numTensors - before.numTensors).toBe(6);
  });

  test('with swapOnEpoch the averages are there for the callbacks after it, until the next epoch', async () => {
    await startBackend('cpu');
    const plain = compiled(settings);
    const averages: number[][] = [];
    await train(plain, 3, [{ onEpochEnd: () => void averages.push(averageOf(plain)) }]);
    const model = compiled(settings);
    const atEnd: number[][] = [];
    // Stopped before the last epoch, which Keras cannot tell from another and ends with the trained weights.
    const watch: CallbackFunctions = {
      onEpochEnd: (epoch) => {
        atEnd.push(kernelOf(model));
        if (epoch === 2) model.stopTraining = true;
      },
    };
    await train(model, 9, [swapEMAWeights({ swapOnEpoch: true }), watch]);
    expect(atEnd).toEqual(averages);
    expect(kernelOf(model)).toEqual(kernelOf(plain));
  });

  test('measure swaps too', async () => {
    await startBackend('cpu');
    const model = compiled(settings);
    await train(model, 1);
    await train(model, 1, [{ onTrainEnd: () => void model.weights[0].variable.assignValues([1, 2, 3, 4, 5, 6]) }]);
    let inTest: number[] = [];
    const callbacks = [swapEMAWeights(), { onTestBegin: () => void (inTest = kernelOf(model)) }];
    await model.measure(X, Y, { callbacks, verbose: 0 });
    expect(inTest).toEqual(averageOf(model));
    expect(kernelOf(model)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('its state continues between the epochs', async () => {
    await startBackend('cpu');
    const model = compiled(settings);
    const callback = swapEMAWeights({ swapOnEpoch: true });
    let trained: number[] = [];
    let state: ReturnType<typeof callback.getState> | undefined;
    await train(model, 1, [
      { onEpochEnd: () => void (trained = kernelOf(model)) },
      callback,
      { onEpochEnd: () => void (state = callback.getState()) },
    ]);
    const averages = averageOf(model);
    expect(Array.from(state!.arrays![0])).toEqual(trained);
    const next = swapEMAWeights({ swapOnEpoch: true });
    const first: number[][] = [];
    await train(model, 1, [
      next,
      {
        onTrainBegin: () => {
          next.setState(state!);
          first.push(kernelOf(model));
        },
        onEpochBegin: () => void first.push(kernelOf(model)),
      },
    ]);
    expect(first).toEqual([averages, trained]);
  });

  test('is refused where several processes train, of which the others would not swap', async () => {
    await startBackend('cpu');
    const callback = swapEMAWeights();
    callback.setModel(compiled(settings));
    const params = { epochs: 1, initialEpoch: 0, steps: 1, samples: 2, batchSize: 2, doValidation: true };
    callback.setParams({ ...params, processes: 2 });
    expect(() => callback.onTrainBegin()).toThrow('fit is called with distribute');
  });

  test('needs useEma', async () => {
    await startBackend('cpu');
    const model = compiled({});
    await expect(train(model, 1, [swapEMAWeights()])).rejects.toThrow('useEma of the Adam of sequential');
  });
});
