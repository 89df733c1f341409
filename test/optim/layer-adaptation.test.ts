import '../../src/ops/methods.js';
import { afterEach, describe, expect, test } from 'vitest';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { dense } from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { disposeVariables, variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

const START = [-0.146795, 0.786141, 0.946822];
const GRADIENTS = [
  [-1.114344, 1.69079, -0.894828],
  [-0.355625, 1.232386, 0.138173],
  [0, 0, 0],
  [1.347023, 2.438208, 0.202758],
];
const norm = (x: readonly number[]): number => Math.hypot(...x);

/** One update by the article's formula, in plain float64. */
type Rule = (w: number[], g: number[], state: { v: number[]; m: number[] }, time: number) => number[];

interface Settings {
  readonly rate: number;
  readonly decay: number;
  readonly excluded?: boolean;
  readonly nesterov?: boolean;
}

/** You, Gitman and Ginsburg, algorithm 1. */
const larsRule =
  ({ rate, decay, excluded, nesterov }: Settings): Rule =>
  (w, g, { v }) => {
    const beta = excluded ? 0 : decay;
    const divisor = norm(g) + beta * norm(w);
    const ratio = excluded || norm(w) === 0 || divisor === 0 ? 1 : (0.02 * norm(w)) / divisor;
    return w.map((value, i) => {
      const step = rate * ratio * (g[i] + beta * value);
      v[i] = 0.9 * v[i] + step;
      return value - (nesterov ? 0.9 * v[i] + step : v[i]);
    });
  };

/** Keras 3's Lamb: weight decay before the update, outside of the ratio. */
const lambRule =
  ({ rate, decay, excluded }: Settings): Rule =>
  (w, g, { m, v }, time) => {
    const decayed = excluded ? w : w.map((value) => value * (1 - rate * decay));
    const update = g.map((value, i) => {
      m[i] = 0.9 * m[i] + 0.1 * value;
      v[i] = 0.999 * v[i] + 0.001 * value ** 2;
      return m[i] / (1 - 0.9 ** time) / (Math.sqrt(v[i] / (1 - 0.999 ** time)) + 1e-7);
    });
    const ratio = excluded || norm(decayed) === 0 || norm(update) === 0 ? 1 : norm(decayed) / norm(update);
    return decayed.map((value, i) => value - rate * ratio * update[i]);
  };

const exclude = { excludeFromWeightDecay: ['bias'] };
const CASES: readonly (readonly [string, string, () => optimizers.Optimizer, Rule])[] = [
  [
    'lars',
    'kernel',
    () => optimizers.lars({ learningRate: 0.5, trustCoefficient: 0.02, weightDecay: 0.01 }),
    larsRule({ rate: 0.5, decay: 0.01 }),
  ],
  [
    'lars, Nesterov',
    'kernel',
    () => optimizers.lars({ learningRate: 0.5, trustCoefficient: 0.02, nesterov: true }),
    larsRule({ rate: 0.5, decay: 0, nesterov: true }),
  ],
  [
    'lars, excluded',
    'dense/bias',
    () => optimizers.lars({ learningRate: 0.01, weightDecay: 0.01, ...exclude }),
    larsRule({ rate: 0.01, decay: 0.01, excluded: true }),
  ],
  [
    'lamb',
    'kernel',
    () => optimizers.lamb({ learningRate: 0.05, weightDecay: 0.02 }),
    lambRule({ rate: 0.05, decay: 0.02 }),
  ],
  [
    'lamb, excluded',
    'dense/bias',
    () => optimizers.lamb({ learningRate: 0.05, weightDecay: 0.02, ...exclude }),
    lambRule({ rate: 0.05, decay: 0.02, excluded: true }),
  ],
];

afterEach(disposeVariables);

describe.each([
  ['cpu', 'float64', 1e-9],
  ['wasm', 'float32', 1e-4],
] as const)('on %s in %s', (backend, dtype, tolerance) => {
  test.each(CASES)('%s follows its formula', async (_, name, make, rule) => {
    await startBackend(backend);
    for (const start of [START, [0, 0, 0]]) {
      const before = memory();
      const weight = tidy(() => variable(tensor(start, undefined, dtype), true, name));
      const optimizer = make();
      const state = { v: [0, 0, 0], m: [0, 0, 0] };
      let expected = [...start];
      for (const [index, gradient] of GRADIENTS.entries()) {
        tidy(() => optimizer.applyGradients([[tensor(gradient, undefined, dtype), weight]]));
        expected = rule(expected, gradient, state, index + 1);
        for (const [i, value] of weight.dataSync().entries()) {
          expect(Math.abs(value - expected[i]), `update ${index + 1}`).toBeLessThan(tolerance);
        }
      }
      optimizer.dispose();
      weight.dispose();
      expect(memory()).toEqual(before);
    }
  });
});

test.each(['keras', 'h5', 'safetensors'] as const)(
  'saved and loaded as %s, they continue where they were',
  async (format) => {
    await startBackend('wasm');
    for (const make of [optimizers.lars, optimizers.lamb]) {
      const learningRate = optimizers.linearWarmup({
        warmupSteps: 4,
        afterWarmup: optimizers.cosineDecay({ initialLearningRate: 0.1, decaySteps: 10 }),
      });
      const model = sequential({ layers: [dense({ units: 2, inputShape: [3] })] });
      model.compile({ optimizer: make({ learningRate, excludeFromWeightDecay: ['bias'] }), loss: 'meanSquaredError' });
      const x = { values: Float32Array.from([1, 2, 3, 4, 5, 6]), shape: [2, 3] };
      const y = { values: Float32Array.from([1, 0, 0, 1]), shape: [2, 2] };
      await model.fit(x, y, { epochs: 3, shuffle: false });
      const loaded = await loadModel(await encodeModel(model, format));
      expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
      await model.fit(x, y, { epochs: 2, shuffle: false });
      await loaded.fit(x, y, { epochs: 2, shuffle: false });
      for (const [index, { variable: weight }] of model.weights.entries()) {
        expect(loaded.weights[index].variable.dataSync()).toEqual(weight.dataSync());
      }
      model.dispose();
      loaded.dispose();
    }
  },
);

test('linearWarmup rises to the schedule behind it', () => {
  const after = optimizers.cosineDecay({ initialLearningRate: 1, decaySteps: 10 });
  const warm = optimizers.linearWarmup({ warmupSteps: 5, afterWarmup: after, warmupLearningRate: 0.1 });
  expect(warm(0)).toBeCloseTo(0.1, 12);
  expect(warm(2)).toBeCloseTo(0.1 + ((after(5) - 0.1) * 2) / 5, 12);
  for (const step of [5, 6, 12]) expect(warm(step)).toBe(after(step));
  expect(optimizers.linearWarmup({ warmupSteps: 2, afterWarmup: 0.4 })(1)).toBeCloseTo(0.2, 12);
  expect(() => optimizers.linearWarmup({ warmupSteps: 0, afterWarmup: 1 })).toThrow('expected a number > 0');
});
