import '../../src/ops/methods.js';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DTypeError, ShapeError, ValueError } from '../../src/base/errors.js';
import { scalar, tensor, zeros } from '../../src/ops/creation.js';
import { randomNormal } from '../../src/ops/random.js';
import * as optim from '../../src/optim/index.js';
import { setSeed } from '../../src/tensor/random.js';
import { dispose, memory, tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { disposeVariables, type Variable, variable } from '../../src/tensor/variable.js';
import * as train from '../../src/tfjs/train.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));
beforeEach(() => setSeed(3));

const wide = (values: number[]) => tensor(values, undefined, 'float64');
const weightOf = (values: number[]): Variable => tidy(() => variable(wide(values)));

function runSteps(optimizer: optim.Optimizer, weight: Variable, gradients: number[][]): number[] {
  for (const values of gradients) tidy(() => optimizer.applyGradients([[wide(values), weight]]));
  return [...weight.dataSync()];
}

const START = [-0.146795, 0.786141, 0.946822];
const GRADIENTS = [
  [-1.114344, 1.69079, -0.894828],
  [-0.355625, 1.232386, 0.138173],
  [-1.682198, 0.317678, 0.132807],
  [0.137324, 0.240546, 1.395451],
  [1.347023, 2.438208, 0.202758],
];

/*
 * Expected: PyTorch 1.13 in float64, five steps on the weights and gradients above,
 * w = Parameter(start); o = torch.optim.X([w], …); for g in gradients: w.grad = g; o.step()
 * PyTorch adds epsilon elsewhere than Keras for some: there both have an epsilon too small to show.
 */
const RULES: readonly [string, () => optim.Optimizer, number[]][] = [
  // Adadelta(lr=0.5, rho=.95, eps=1e-7)
  ['adadelta', () => optim.adadelta({ learningRate: 0.5 }), [-0.1457623049, 0.7836229818, 0.946201994]],
  // Adamax(lr=0.01, betas=(.9, .999), eps=1e-12)
  ['adamax', () => optim.adamax({ learningRate: 0.01, epsilon: 1e-12 }), [-0.1184304887, 0.7517607416, 0.9587600123]],
  // Adam(lr=0.01, amsgrad=True, eps=1e-12)
  [
    'adam, amsgrad',
    () => optim.adam({ learningRate: 0.01, amsgrad: true, epsilon: 1e-12 }),
    [-0.1101115663, 0.7420657841, 0.9586727753],
  ],
  // RMSprop(lr=0.01, alpha=.9, momentum=.8, eps=1e-12)
  [
    'rmsprop, momentum',
    () => optim.rmsprop({ learningRate: 0.01, momentum: 0.8, epsilon: 1e-14 }),
    [0.0314578683, 0.5773907367, 0.9719261206],
  ],
  // RMSprop(lr=0.01, alpha=.9, momentum=.8, eps=1e-12, centered=True)
  [
    'rmsprop, centred',
    () => optim.rmsprop({ learningRate: 0.01, momentum: 0.8, epsilon: 1e-14, centered: true }),
    [0.0474799334, 0.5586776219, 0.9759464218],
  ],
  // SGD(lr=0.1, momentum=.9, nesterov=True)
  [
    'sgd, nesterov',
    () => optim.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    [0.8063316222, -1.1484652127, 0.8471549193],
  ],
  // Adagrad(lr=0.1, initial_accumulator_value=.1, eps=1e-12)
  ['adagrad', () => optim.adagrad({ learningRate: 0.1, epsilon: 1e-14 }), [-0.0011121623, 0.5286310903, 0.9189699689]],
];

describe('update rules equal PyTorch', () => {
  test.each(RULES)('%s', (_, make, expected) => {
    const before = memory();
    const weight = weightOf(START);
    const optimizer = make();
    const values = runSteps(optimizer, weight, GRADIENTS);
    for (const [index, value] of values.entries()) expect(value).toBeCloseTo(expected[index], 8);
    optimizer.dispose();
    weight.dispose();
    expect(memory()).toEqual(before);
  });
});

describe('clipping equals PyTorch', () => {
  // w.grad = g0 * 3, v.grad = g1 * 2; clip_grad_…([w, v]); SGD([w, v], lr=0.1).step()
  test.each([
    [
      'globalClipNorm',
      { globalClipNorm: 1 },
      [-0.0998766337, 0.7149519376, 0.9844978594],
      [-0.2836078377, 1.537689727, 1.8897655738],
    ],
    [
      'clipNorm',
      { clipNorm: 1 },
      [-0.0964604996, 0.70976865, 0.9872410451],
      [-0.2660241373, 1.476755017, 1.8829336789],
    ],
    ['clipValue', { clipValue: 0.5 }, [-0.096795, 0.736141, 0.996822], [-0.24359, 1.522282, 1.8660094]],
  ])('%s', (_, clipping, first, second) => {
    const [w, v] = [weightOf(START), weightOf(START.map((value) => 2 * value))];
    const optimizer = optim.sgd({ learningRate: 0.1, ...clipping });
    tidy(() => {
      const [g, h] = [wide(GRADIENTS[0].map((value) => 3 * value)), wide(GRADIENTS[1].map((value) => 2 * value))];
      optimizer.applyGradients([
        [g, w],
        [h, v],
      ]);
    });
    for (const [index, value] of w.dataSync().entries()) expect(value).toBeCloseTo(first[index], 6);
    for (const [index, value] of v.dataSync().entries()) expect(value).toBeCloseTo(second[index], 6);
    dispose([w, v]);
  });

  test('gradients of zero stay zero', () => {
    const weight = weightOf([1, 2]);
    expect(runSteps(optim.sgd({ clipNorm: 1 }), weight, [[0, 0]])).toEqual([1, 2]);
    weight.dispose();
  });
});

describe('schedules', () => {
  const initialLearningRate = 0.1;
  const cases: readonly [string, optim.Schedule, readonly (readonly [step: number, rate: number])[]][] = [
    [
      'exponential',
      optim.exponentialDecay({ initialLearningRate, decaySteps: 10, decayRate: 0.5 }),
      [
        [0, 0.1],
        [5, 0.1 * Math.SQRT1_2],
        [10, 0.05],
        [30, 0.0125],
      ],
    ],
    [
      'exponential staircase',
      optim.exponentialDecay({ initialLearningRate, decaySteps: 10, decayRate: 0.5, staircase: true }),
      [
        [9, 0.1],
        [10, 0.05],
        [19, 0.05],
      ],
    ],
    [
      'inverse time',
      optim.inverseTimeDecay({ initialLearningRate, decaySteps: 10, decayRate: 0.5 }),
      [
        [0, 0.1],
        [10, 0.1 / 1.5],
        [20, 0.05],
      ],
    ],
    [
      'piecewise constant',
      optim.piecewiseConstantDecay({ boundaries: [3, 6], values: [1, 0.5, 0.1] }),
      [
        [0, 1],
        [3, 1],
        [4, 0.5],
        [6, 0.5],
        [7, 0.1],
      ],
    ],
    [
      'polynomial',
      optim.polynomialDecay({ initialLearningRate, decaySteps: 10, endLearningRate: 0.01, power: 2 }),
      [
        [0, 0.1],
        [5, 0.09 / 4 + 0.01],
        [10, 0.01],
        [50, 0.01],
      ],
    ],
    [
      'polynomial, cycling',
      optim.polynomialDecay({ initialLearningRate, decaySteps: 10, endLearningRate: 0, cycle: true }),
      [
        [0, 0.1],
        [10, 0],
        [15, 0.025],
        [20, 0],
      ],
    ],
    [
      'cosine',
      optim.cosineDecay({ initialLearningRate, decaySteps: 10 }),
      [
        [0, 0.1],
        [5, 0.05],
        [10, 0],
        [20, 0],
      ],
    ],
    [
      'cosine with warm-up',
      optim.cosineDecay({ initialLearningRate: 0, warmupTarget: 0.2, warmupSteps: 4, decaySteps: 10, alpha: 0.5 }),
      [
        [0, 0],
        [2, 0.1],
        [4, 0.2],
        [9, 0.15],
        [14, 0.1],
      ],
    ],
  ];
  test.each(cases)('%s', (_, schedule, points) => {
    for (const [step, rate] of points) expect(schedule(step)).toBeCloseTo(rate, 12);
  });

  test('a schedule is a function of the updates so far, and comes back from a config', () => {
    const made = optim.sgd({ learningRate: cases[0][1] });
    const weight = weightOf([0]);
    const rates = Array.from({ length: 3 }, () => {
      const { learningRate } = made;
      runSteps(made, weight, [[1]]);
      return learningRate;
    });
    expect(rates[1] / rates[0]).toBeCloseTo(0.5 ** 0.1, 12);
    expect(rates[2] / rates[1]).toBeCloseTo(0.5 ** 0.1, 12);
    const again = optim.optimizerFromConfig('SGD', JSON.parse(JSON.stringify(made.getConfig())));
    again.iterations = 3;
    expect(again.learningRate).toBe(made.learningRate);
    weight.dispose();
  });

  test('decay divides as Keras 2 did', () => {
    const optimizer = optim.adam({ learningRate: 0.1, decay: 0.5 });
    optimizer.iterations = 4;
    expect(optimizer.learningRate).toBeCloseTo(0.1 / 3, 12);
  });
});

const ALL: readonly [string, () => optim.Optimizer][] = [
  ['sgd', () => optim.sgd({ learningRate: 0.1 })],
  ['momentum', () => optim.sgd({ learningRate: 0.1, momentum: 0.9 })],
  ['adam', () => optim.adam()],
  ['amsgrad', () => optim.adam({ amsgrad: true })],
  ['adamw', () => optim.adamw()],
  ['rmsprop', () => optim.rmsprop({ momentum: 0.5, centered: true })],
  ['adagrad', () => optim.adagrad()],
  ['adadelta', () => optim.adadelta()],
  ['adamax', () => optim.adamax()],
];

describe('state', () => {
  const steps = (optimizer: optim.Optimizer, weights: readonly Variable[], count: number, seed: number) => {
    for (let step = 0; step < count; step++) {
      tidy(() =>
        optimizer.applyGradients(
          weights.map((weight, i): [Tensor, Variable] => [
            randomNormal(weight.shape, 0, 1, 'float32', seed + 10 * step + i),
            weight,
          ]),
        ),
      );
    }
    return weights.map((weight) => [...weight.dataSync()]);
  };
  const pair = () => [4, 3].map((size) => tidy(() => variable(randomNormal([size], 0, 1, 'float32', size))));

  test.each(ALL)('%s continues bit for bit from saved weights', (_, make) => {
    const before = memory();
    const [whole, first, second] = [pair(), pair(), pair()];
    const straight = make();
    steps(straight, whole, 3, 1);
    const expected = steps(straight, whole, 4, 500);

    const saved = make();
    steps(saved, first, 3, 1);
    const state = saved.getWeights();
    const config = JSON.parse(JSON.stringify(saved.getConfig()));
    for (const [index, weight] of second.entries()) weight.assign(first[index]);
    const resumed = optim.optimizerFromConfig(saved.className, config);
    resumed.setWeights(state);
    dispose(state);
    resumed.build(second);
    expect(resumed.iterations).toBe(3);
    expect(steps(resumed, second, 4, 500)).toEqual(expected);
    // The weights that were copied from stay as they were.
    expect(first.map((weight) => [...weight.dataSync()])).not.toEqual(expected);

    for (const each of [straight, saved, resumed]) each.dispose();
    dispose([whole, first, second]);
    expect(memory()).toEqual(before);
  });

  test("names and order are Keras 3's", () => {
    const namesOf = (optimizer: optim.Optimizer) => {
      const weights = ['kernel', 'bias'].map((name) => tidy(() => variable(zeros([2]), true, name)));
      optimizer.build(weights);
      const state = optimizer.getWeights();
      const names = state.map(({ name }) => name);
      dispose([state, weights]);
      optimizer.dispose();
      return names;
    };
    expect(namesOf(optim.adam())).toEqual([
      'iteration',
      'learning_rate',
      'kernel/momentum',
      'kernel/velocity',
      'bias/momentum',
      'bias/velocity',
    ]);
    expect(namesOf(optim.rmsprop({ momentum: 0.5 }))).toEqual([
      'iteration',
      'learning_rate',
      'kernel/velocity',
      'bias/velocity',
      'kernel/momentum',
      'bias/momentum',
    ]);
    expect(namesOf(optim.sgd())).toEqual(['iteration', 'learning_rate']);
  });

  test('a weight that shares its buffer is not changed under the other tensor', () => {
    const initial = wide([1, 2]);
    const weight = variable(initial);
    runSteps(optim.sgd({ learningRate: 1 }), weight, [[1, 1]]);
    expect([...initial.dataSync()]).toEqual([1, 2]);
    expect([...weight.dataSync()]).toEqual([0, 1]);
    dispose([initial, weight]);
  });
});

describe('minimize', () => {
  test('finds the minimum of a parabola, and leaves nothing behind', () => {
    const before = memory();
    const x = tidy(() => variable(scalar(5)));
    const optimizer = train.sgd(0.1);
    const cost = optimizer.minimize(() => x.sub(2).square().sum(), true, [x]);
    expect(cost!.dataSync()[0]).toBe(9);
    cost!.dispose();
    for (let step = 0; step < 100; step++) expect(optimizer.minimize(() => x.sub(2).square().sum())).toBeNull();
    expect(x.dataSync()[0]).toBeCloseTo(2, 5);
    x.dispose();
    optimizer.dispose();
    expect(memory()).toEqual(before);
  });

  test("gradients by name, as in tfjs's applyGradients", () => {
    const x = tidy(() => variable(scalar(5), true, 'weight'));
    const optimizer = train.momentum(0.1, 0.9);
    const { value, grads } = optimizer.computeGradients(() => x.square().sum());
    optimizer.applyGradients(grads);
    optimizer.applyGradients([{ name: 'weight', tensor: grads.weight }]);
    expect(x.dataSync()[0]).toBeCloseTo(5 - 1 - 1.9, 5);
    dispose([value, grads, x]);
    optimizer.dispose();
  });

  test.each(ALL)('%s: 2,000 updates without growth', (_, make) => {
    const weight = tidy(() => variable(zeros([3])));
    const optimizer = make();
    const step = () => tidy(() => optimizer.applyGradients([[tensor([0.1, -0.2, 0.3]), weight]]));
    step();
    const before = memory();
    for (let i = 0; i < 2000; i++) step();
    expect(memory()).toEqual(before);
    optimizer.dispose();
    weight.dispose();
  });
});

describe("tfjs's and string ids", () => {
  test.each(['sgd', 'momentum', 'adam', 'adamw', 'rmsprop', 'adagrad', 'adadelta', 'adamax', 'Adam', 'RMSprop'])(
    '%s',
    (id) => {
      expect(optim.getOptimizer(id)).toBeInstanceOf(optim.Optimizer);
    },
  );

  test('train has positional arguments', () => {
    expect(train.adam(0.01, 0.8, 0.9).getConfig()).toMatchObject({ learningRate: 0.01, beta1: 0.8, beta2: 0.9 });
    expect(train.rmsprop(0.01, 0.8).getConfig()).toMatchObject({ rho: 0.8 });
    expect(train.adamax().learningRate).toBe(0.002);
    expect(train.adagrad(0.1).getConfig()).toMatchObject({ initialAccumulatorValue: 0.1 });
    expect(train.adadelta().getConfig()).toMatchObject({ rho: 0.95 });
  });
});

describe('wrong arguments', () => {
  const weight = () => weightOf([1, 2]);
  const apply = (gradient: () => unknown) => () => {
    const w = weight();
    try {
      tidy(() => optim.sgd().applyGradients([[gradient() as never, w]]));
    } finally {
      w.dispose();
    }
  };
  const wrong: readonly [() => unknown, new (message?: string) => Error, string][] = [
    [() => optim.sgd({ learningRate: -1 }), ValueError, 'SGD: learningRate is -1'],
    [() => optim.sgd({ learningRate: Number.NaN }), ValueError, 'SGD: learningRate is NaN'],
    [() => optim.sgd({ momentum: 2 }), ValueError, 'SGD: momentum is 2, expected a number in [0, 1]'],
    [() => optim.adam({ beta1: 1 }), ValueError, 'Adam: beta1 is 1, expected a number in [0, 1)'],
    [() => optim.adamw({ weightDecay: -1 }), ValueError, 'AdamW: weightDecay is -1'],
    [() => optim.rmsprop({ rho: -0.1 }), ValueError, 'RMSprop: rho is -0.1'],
    [() => optim.adagrad({ initialAccumulatorValue: -1 }), ValueError, 'initialAccumulatorValue is -1'],
    [
      () => optim.adam({ clipNorm: 1, clipValue: 1 }),
      ValueError,
      'Adam: clipNorm and clipValue given, expected at most one',
    ],
    [() => optim.adam({ clipValue: 0 }), ValueError, 'Adam: clipValue is 0'],
    [() => optim.adam({ decay: -1 }), ValueError, 'Adam: decay is -1'],
    [() => optim.getOptimizer('adan'), ValueError, "optimizer is 'adan', expected one of sgd"],
    [() => optim.getOptimizer(null as never), ValueError, 'optimizer: given null'],
    [
      () => optim.exponentialDecay({ initialLearningRate: 1, decaySteps: 0, decayRate: 1 }),
      ValueError,
      'exponentialDecay: decaySteps is 0',
    ],
    [() => optim.piecewiseConstantDecay({ boundaries: [1], values: [1] }), ValueError, '1 values given, expected 2'],
    [
      () => optim.piecewiseConstantDecay({ boundaries: [2, 1], values: [1, 1, 1] }),
      ValueError,
      'expected rising numbers',
    ],
    [() => optim.sgd({ learningRate: () => 1 }).getConfig(), ValueError, 'cannot be saved'],
    [apply(() => wide([1, 2, 3])), ShapeError, 'is [3], expected [2]'],
    [apply(() => tensor([1, 2])), DTypeError, 'is float32, expected float64'],
    [apply(() => 3), ValueError, 'is 3, expected a tensor'],
    [
      () => tidy(() => optim.sgd().applyGradients([[wide([1]), undefined as never]])),
      ValueError,
      'given a gradient of undefined, expected one of a variable or a weight',
    ],
    [
      () => tidy(() => optim.sgd().applyGradients({ nobody: wide([1]) })),
      ValueError,
      'no trainable variable is named nobody',
    ],
    [
      () => tidy(() => optim.sgd().setWeights([{ name: 'iteration', tensor: scalar(1) }])),
      ValueError,
      '1 weights given',
    ],
  ];
  test.each(wrong)('%#', (call, error, message) => {
    const before = memory();
    expect(call).toThrow(error);
    expect(call).toThrow(message);
    expect(memory()).toEqual(before);
  });
});

test('disposing all variables leaves none', () => {
  weightOf([1]);
  disposeVariables();
  expect(memory().numTensors).toBe(0);
});

describe('all variables in one call', () => {
  const shapes = [[3], [40_000], [5, 7], [1]];
  const optimizers: Record<string, () => optim.Optimizer> = {
    sgd: () => optim.sgd(0.1),
    momentum: () => optim.sgd({ learningRate: 0.1, momentum: 0.9, nesterov: true }),
    adam: () => optim.adam(0.01),
    'adamw without biases': () => optim.adamw({ weightDecay: 0.1, excludeFromWeightDecay: ['bias'] }),
    rmsprop: () => optim.rmsprop({ momentum: 0.5 }),
    adagrad: () => optim.adagrad(0.1),
    'adam with decay and a clipped norm': () => optim.adam({ weightDecay: 0.1, globalClipNorm: 1 }),
  };

  test.each(['cpu', 'wasm'])('gives the same bits as one call for each, on %s', async (backend) => {
    await startBackend(backend);
    const run = (optimizer: optim.Optimizer, oneByOne: boolean): number[][] => {
      setSeed(5);
      const { update } = optimizer as unknown as { update: unknown };
      const replaced = Object.create(Object.getPrototypeOf(optimizer), { update: { value: update } });
      if (oneByOne) Object.setPrototypeOf(optimizer, replaced);
      const weights = shapes.map((shape, i) =>
        variable(randomNormal(shape), true, `${i % 2 ? 'bias' : 'kernel'}_${i}`),
      );
      for (let step = 0; step < 3; step++) {
        tidy(() => {
          const pairs = weights.map((weight) => [randomNormal(weight.shape), weight] as [Tensor, Variable]);
          optimizer.applyGradients(pairs);
        });
      }
      const values = weights.map((weight) => [...weight.dataSync()]);
      optimizer.dispose();
      for (const weight of weights) weight.dispose();
      return values;
    };
    for (const [name, make] of Object.entries(optimizers)) expect(run(make(), false), name).toEqual(run(make(), true));
    await startBackend('cpu');
  });

  test('a subclass that replaces update has it called for each variable', () => {
    const seen: string[] = [];
    class Watching extends optim.SGD {
      protected override update(
        weight: Variable,
        gradient: Tensor,
        slots: readonly Variable[],
        step: { learningRate: number; time: number },
      ): void {
        seen.push(weight.name);
        super.update(weight, gradient, slots, step);
      }
    }
    const weights = [weightOf([1, 2]), weightOf([3])];
    tidy(() => {
      const pairs = weights.map((weight): [Tensor, Variable] => [wide([...weight.dataSync()]), weight]);
      new Watching(0.5).applyGradients(pairs);
    });
    expect(seen).toEqual(weights.map(({ name }) => name));
    expect(weights.map((weight) => [...weight.dataSync()])).toEqual([[0.5, 1], [1.5]]);
    dispose(weights);
  });
});
