import '../../src/ops/methods.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import { sub } from '../../src/ops/arithmetic.js';
import { tensor } from '../../src/ops/creation.js';
import '../../src/optim/catalog.js';
import * as optimizers from '../../src/optim/index.js';
import { tidy } from '../../src/tensor/scope.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import { type Variable, variable } from '../../src/tensor/variable.js';
import { startBackend } from '../support/backends.js';

beforeAll(async () => void (await startBackend('cpu')));

const MAKERS = {
  sgd: optimizers.sgd,
  adam: optimizers.adam,
  adamw: optimizers.adamw,
  adamax: optimizers.adamax,
  rmsprop: optimizers.rmsprop,
  adagrad: optimizers.adagrad,
  adadelta: optimizers.adadelta,
  lamb: optimizers.lamb,
  lars: optimizers.lars,
  nadam: optimizers.nadam,
  lion: optimizers.lion,
  ftrl: optimizers.ftrl,
};

describe.each(Object.entries(MAKERS))('%s', (_, make) => {
  test('accepts only a learning rate, a number or a schedule', () => {
    expect(make(0.25).learningRate).toBe(0.25);
    const schedule = optimizers.exponentialDecay({ initialLearningRate: 0.5, decaySteps: 1, decayRate: 0.5 });
    const optimizer = make(schedule);
    optimizer.iterations = 2;
    expect(optimizer.learningRate).toBe(0.125);
  });

  test('refuses anything else', () => {
    for (const wrong of [-1, Number.NaN, '0.1', [0.1], true, { className: 1 }]) {
      expect(() => make(wrong as never)).toThrow(ValueError);
    }
    expect(() => make('0.1' as never)).toThrow("learningRate is '0.1', expected a number ≥ 0 or a schedule");
    expect(() => make({ learningRat: 1 } as never)).toThrow("no option learningRat; did you mean 'learningRate'?");
  });

  test('treats null and undefined as defaults', () => {
    expect(make({ learningRate: null, decay: undefined } as never).getConfig()).toEqual(make().getConfig());
  });

  test('gives every option to its config, and comes back from it', () => {
    const config = make({ clipNorm: 2 }).getConfig();
    expect(config).toMatchObject({ clipNorm: 2, decay: 0, learningRate: expect.any(Number) });
    expect(optimizers.optimizerFromConfig(make().className, config).getConfig()).toEqual(config);
  });
});

test("defaults are Keras 3's", () => {
  expect(optimizers.sgd().getConfig()).toEqual({ learningRate: 0.01, decay: 0, momentum: 0, nesterov: false });
  expect(optimizers.adamw().getConfig()).toEqual({
    learningRate: 0.001,
    decay: 0,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-7,
    amsgrad: false,
    weightDecay: 0.004,
  });
});

describe('schedules refuse', () => {
  const wrong: readonly (readonly [() => unknown, string])[] = [
    [
      () =>
        optimizers.exponentialDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: 1, stairCase: true } as never),
      "exponentialDecay: there is no option stairCase; did you mean 'staircase'?",
    ],
    [
      () => optimizers.cosineDecay({ initialLearningRate: 1, decaySteps: 1, warmUpSteps: 5 } as never),
      "cosineDecay: there is no option warmUpSteps; did you mean 'warmupSteps'?",
    ],
    [
      () => optimizers.cosineDecay({ initialLearningRate: 1 } as never),
      'decaySteps is undefined, expected a number > 0',
    ],
    [
      () => optimizers.cosineDecay({ initialLearningRate: 1, decaySteps: 1, warmupSteps: 5 }),
      'cosineDecay: warmupSteps is 5, expected a warmupTarget with it',
    ],
    [() => optimizers.polynomialDecay(0.1 as never), 'polynomialDecay: options are 0.1, expected an object of'],
    [
      () => optimizers.inverseTimeDecay({ initialLearningRate: 1, decaySteps: 1, decayRate: '2' } as never),
      "inverseTimeDecay: decayRate is '2', expected a number > 0",
    ],
    [
      () => optimizers.piecewiseConstantDecay({ boundaries: ['1'], values: [1, 2] } as never),
      "boundaries is ['1'], expected a list, each a finite number",
    ],
    [
      () => optimizers.sgd({ learningRate: { className: 'ExponentialDekay', config: {} } }),
      "learningRate: className is 'ExponentialDekay', expected one of ExponentialDecay, ",
    ],
  ];
  test.each(wrong)('%#', (call, message) => {
    expect(call).toThrow(ValueError);
    expect(call).toThrow(message);
  });

  test("but take Keras's name, which files hold", () => {
    const schedule = optimizers.polynomialDecay({ initialLearningRate: 1, decaySteps: 2, name: 'PolynomialDecay' });
    expect(schedule.config).toMatchObject({ name: 'PolynomialDecay', power: 1, cycle: false });
  });
});

describe('a custom optimizer', () => {
  interface SignOptions extends optimizers.OptimizerOptions {
    readonly scale?: number;
  }

  /** w ← w − learningRate · scale · g, written as a user would, without a table of options. */
  class Scaled extends optimizers.Optimizer {
    static override readonly className = 'Scaled';
    protected override readonly slotNames = [];
    private readonly scale: number;

    constructor(options: SignOptions = {}) {
      super(options, 0.5);
      this.scale = options.scale ?? 1;
    }

    protected override update(
      weight: Variable,
      gradient: Tensor,
      _: readonly Variable[],
      step: optimizers.UpdateStep,
    ): void {
      weight.assign(sub(weight, gradient.mul(step.learningRate * this.scale)) as Tensor);
    }
  }

  test('reads its own options, and has those of every optimizer', () => {
    const weight = tidy(() => variable(tensor([1])));
    const optimizer = new Scaled({ scale: 2, clipValue: 1 });
    tidy(() => optimizer.applyGradients([[tensor([8]), weight]]));
    expect(weight.dataSync()[0]).toBe(0);
    weight.dispose();
  });

  test('has its own options in its config, and comes back', () => {
    optimizers.registerOptimizer('Scaled', (options) => new Scaled(options));
    const config = new Scaled({ scale: 2, learningRate: 0.1 }).getConfig();
    expect(config).toEqual({ learningRate: 0.1, decay: 0, scale: 2 });
    expect(optimizers.optimizerFromConfig('scaled', config).getConfig()).toEqual(config);
  });

  test('refuses typos in common options', () => {
    expect(() => new Scaled({ learningrate: 1 } as never)).toThrow("did you mean 'learningRate'?");
    expect(() => new Scaled({ clipnorm: 1 } as never)).toThrow("did you mean 'clipNorm'?");
  });
});
