import '../../src/ops/methods.js';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { loadModel } from '../../src/io/load.js';
import { encodeModel } from '../../src/io/save.js';
import { dense } from '../../src/layers/index.js';
import { sequential } from '../../src/models/sequential.js';
import { tensor } from '../../src/ops/creation.js';
import * as optimizers from '../../src/optim/index.js';
import { memory, tidy } from '../../src/tensor/scope.js';
import { disposeVariables, variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

/* Optimizers of Keras 3 against its formulas, in plain float64 and number by number. */

const START = [-0.146795, 0.786141, 0.946822, 0];
const GRADIENTS = [
  [-1.114344, 1.69079, -0.894828, 0.25],
  [-0.355625, 1.232386, 0.138173, -0.75],
  [0, 0, 0, 0.5],
  [1.347023, 2.438208, 0.202758, 0.125],
  [-0.482, -0.331, 1.75, -0.0625],
];

/** The slots of one number: what a rule keeps from one update to the next. */
type State = Record<string, number>;
type Rule = (w: number, g: number, state: State, time: number) => number;

const nadamRule: Rule = (w, g, state, t) => {
  const mu = (at: number) => 0.9 * (1 - 0.5 * 0.96 ** at);
  let product = 1;
  for (let at = 1; at <= t; at++) product *= mu(at);
  state.m = 0.9 * (state.m ?? 0) + 0.1 * g;
  state.v = 0.999 * (state.v ?? 0) + 0.001 * g ** 2;
  const ahead = (mu(t + 1) * state.m) / (1 - product * mu(t + 1)) + ((1 - mu(t)) * g) / (1 - product);
  return w - (0.01 * ahead) / (Math.sqrt(state.v / (1 - 0.999 ** t)) + 1e-7);
};

const lionRule: Rule = (w, g, state) => {
  const m = state.m ?? 0;
  state.m = 0.99 * m + 0.01 * g;
  return w - 0.01 * Math.sign(0.9 * m + 0.1 * g);
};

interface FtrlSettings {
  readonly rate: number;
  readonly power?: number;
  readonly l1?: number;
  readonly l2?: number;
  readonly shrinkage?: number;
  readonly beta?: number;
}

const ftrlRule =
  ({ rate, power = 0.5, l1 = 0, l2 = 0, shrinkage = 0, beta = 0 }: FtrlSettings): Rule =>
  (w, g, state) => {
    const n = state.n ?? 0.1;
    state.n = n + g * g;
    const sigma = (state.n ** power - n ** power) / rate;
    state.z = (state.z ?? 0) + g + 2 * shrinkage * w - sigma * w;
    if (Math.abs(state.z) <= l1) return 0;
    return (Math.sign(state.z) * l1 - state.z) / ((beta + state.n ** power) / rate + 2 * l2);
  };

/** Keras decays weights before the update, by the rate of that update. */
const decayed =
  (rule: Rule, rate: number, decay: number): Rule =>
  (w, ...rest) =>
    rule(w * (1 - rate * decay), ...rest);

const sgdRule: Rule = (w, g) => w - 0.1 * g;

const CASES: readonly (readonly [string, string, () => optimizers.Optimizer, Rule])[] = [
  ['nadam', 'kernel', () => optimizers.nadam(0.01), nadamRule],
  [
    'nadam with weight decay',
    'kernel',
    () => optimizers.nadam({ learningRate: 0.01, weightDecay: 0.5 }),
    decayed(nadamRule, 0.01, 0.5),
  ],
  ['lion', 'kernel', () => optimizers.lion(0.01), lionRule],
  [
    'lion with weight decay',
    'kernel',
    () => optimizers.lion({ learningRate: 0.01, weightDecay: 0.5 }),
    decayed(lionRule, 0.01, 0.5),
  ],
  ['ftrl', 'kernel', () => optimizers.ftrl(0.1), ftrlRule({ rate: 0.1 })],
  [
    'ftrl with all its strengths',
    'kernel',
    () =>
      optimizers.ftrl({
        learningRate: 0.1,
        learningRatePower: -0.75,
        l1RegularizationStrength: 0.6,
        l2RegularizationStrength: 0.2,
        l2ShrinkageRegularizationStrength: 0.05,
        beta: 0.3,
      }),
    ftrlRule({ rate: 0.1, power: 0.75, l1: 0.6, l2: 0.2, shrinkage: 0.05, beta: 0.3 }),
  ],
  [
    'sgd with weight decay',
    'kernel',
    () => optimizers.sgd({ learningRate: 0.1, weightDecay: 0.3 }),
    decayed(sgdRule, 0.1, 0.3),
  ],
  [
    'sgd, excluded from weight decay',
    'dense/bias',
    () => optimizers.sgd({ learningRate: 0.1, weightDecay: 0.3, excludeFromWeightDecay: ['bias'] }),
    sgdRule,
  ],
];

afterEach(() => {
  disposeVariables();
  vi.restoreAllMocks();
});

describe.each([
  ['cpu', 'float64', 1e-9],
  ['wasm', 'float32', 1e-4],
] as const)('on %s in %s', (backend, dtype, tolerance) => {
  test.each(CASES)('%s follows its formula', async (_, name, make, rule) => {
    await startBackend(backend);
    const before = memory();
    const weight = tidy(() => variable(tensor(START, undefined, dtype), true, name));
    const optimizer = make();
    const states = START.map((): State => ({}));
    let expected = [...START];
    for (const [index, gradient] of GRADIENTS.entries()) {
      tidy(() => optimizer.applyGradients([[tensor(gradient, undefined, dtype), weight]]));
      expected = expected.map((w, i) => rule(w, gradient[i], states[i], index + 1));
      for (const [i, value] of weight.dataSync().entries()) {
        expect(Math.abs(value - expected[i]), `number ${i} after update ${index + 1}`).toBeLessThan(tolerance);
      }
    }
    optimizer.dispose();
    weight.dispose();
    expect(memory()).toEqual(before);
  });
});

test('AdamW does not decay excluded weights', async () => {
  await startBackend('cpu');
  const after = (weightDecay: number, name: string) => {
    const weight = tidy(() => variable(tensor([1, 2]), true, name));
    const optimizer = optimizers.adamw({ weightDecay, excludeFromWeightDecay: ['bias'] });
    tidy(() => optimizer.applyGradients([[tensor([0.5, -0.5]), weight]]));
    return Array.from(weight.dataSync());
  };
  expect(after(0.5, 'one/bias')).toEqual(after(0, 'two/bias'));
  expect(after(0.5, 'one/kernel')).not.toEqual(after(0, 'two/kernel'));
});

test('a custom class without a table of options applies only its own weightDecay', async () => {
  await startBackend('cpu');
  class Halving extends optimizers.Optimizer {
    protected override readonly slotNames = [];
    constructor() {
      super({ learningRate: 1, weightDecay: 0.5 } as object, 1);
    }
    protected override update(weight: ReturnType<typeof variable>): void {
      weight.assign(weight.mul(0.5));
    }
  }
  const weight = tidy(() => variable(tensor([8])));
  tidy(() => new Halving().applyGradients([[tensor([1]), weight]]));
  expect(Array.from(weight.dataSync())).toEqual([4]);
});

test('Ftrl refuses a rate of 0, by which it would divide', async () => {
  await startBackend('cpu');
  const weight = tidy(() => variable(tensor([1])));
  const optimizer = optimizers.ftrl(optimizers.linearWarmup({ warmupSteps: 2, afterWarmup: 0.1 }));
  expect(() => tidy(() => optimizer.applyGradients([[tensor([1]), weight]]))).toThrow('learningRate is 0 at update 1');
  expect(Array.from(weight.dataSync())).toEqual([1]);
});

test.each([
  [() => optimizers.lion({ beta1: 0 }), 'Lion: beta1 is 0'],
  [() => optimizers.ftrl({ learningRatePower: 0.5 }), 'Ftrl: learningRatePower is 0.5'],
  [() => optimizers.adafactor({ beta2Decay: 0.5 }), 'Adafactor: beta2Decay is 0.5'],
  [() => optimizers.adafactor({ clipThreshold: 0 }), 'Adafactor: clipThreshold is 0'],
  [() => optimizers.nadam({ beta2: 1 }), 'Nadam: beta2 is 1'],
  [() => optimizers.sgd({ weightDecay: -1 }), 'SGD: weightDecay is -1'],
])('%s is refused', (make, message) => expect(make).toThrow(message));

const X = { values: Float32Array.from([1, 2, 3, 4, 5, 6]), shape: [2, 3] };
const Y = { values: Float32Array.from([1, 0, 0, 1]), shape: [2, 2] };

describe.each(['keras', 'h5', 'safetensors'] as const)('saved and loaded as %s', (format) => {
  test.each([optimizers.nadam, optimizers.lion, optimizers.ftrl, optimizers.adafactor])(
    '%o continues where it was',
    async (make) => {
      await startBackend('wasm');
      const warn = vi.spyOn(console, 'warn');
      const learningRate = optimizers.cosineDecayRestarts({ initialLearningRate: 0.1, firstDecaySteps: 2 });
      const model = sequential({ layers: [dense({ units: 2, inputShape: [3] })] });
      model.compile({ optimizer: make({ learningRate, weightDecay: 0.1 }), loss: 'meanSquaredError' });
      await model.fit(X, Y, { epochs: 3, shuffle: false, verbose: 0 });
      const loaded = await loadModel(await encodeModel(model, format));
      expect(loaded.optimizer.getConfig()).toEqual(model.optimizer.getConfig());
      await model.fit(X, Y, { epochs: 2, shuffle: false, verbose: 0 });
      await loaded.fit(X, Y, { epochs: 2, shuffle: false, verbose: 0 });
      for (const [index, { variable: weight }] of model.weights.entries()) {
        expect(loaded.weights[index].variable.dataSync()).toEqual(weight.dataSync());
      }
      expect(warn).not.toHaveBeenCalled();
      model.dispose();
      loaded.dispose();
    },
  );
});

describe('cosineDecayRestarts', () => {
  /** Keras's own steps: walk through the periods. */
  const expected = (step: number, rate: number, first: number, tMul: number, mMul: number, alpha: number): number => {
    let [start, length, peak] = [0, first, 1];
    while (step >= start + length) [start, length, peak] = [start + length, length * tMul, peak * mMul];
    return rate * ((1 - alpha) * peak * 0.5 * (1 + Math.cos((Math.PI * (step - start)) / length)) + alpha);
  };

  test.each([
    [2, 1, 0],
    [1, 0.5, 0.1],
    [1.5, 0.9, 0],
    [3, 2, 0.25],
  ])('tMul %d, mMul %d, alpha %d', (tMul, mMul, alpha) => {
    for (const firstDecaySteps of [1, 4, 10]) {
      const schedule = optimizers.cosineDecayRestarts({ initialLearningRate: 0.2, firstDecaySteps, tMul, mMul, alpha });
      for (let step = 0; step < 130; step++) {
        expect(schedule(step)).toBeCloseTo(expected(step, 0.2, firstDecaySteps, tMul, mMul, alpha), 10);
      }
    }
  });

  test('refuses periods that shrink', () => {
    const make = () => optimizers.cosineDecayRestarts({ initialLearningRate: 1, firstDecaySteps: 1, tMul: 0.5 });
    expect(make).toThrow('cosineDecayRestarts: tMul is 0.5, expected a number ≥ 1');
  });
});
