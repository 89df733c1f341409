import { beforeEach, describe, expect, test } from 'vitest';
import { cpuBackend } from '../../src/backends/cpu/index.js';
import { activateBackend } from '../../src/backends/registry.js';
import { ShapeError, ValueError } from '../../src/base/errors.js';
import { registerClass, serialized } from '../../src/base/serialization.js';
import type { Shape } from '../../src/base/shape.js';
import { constraints, resolveConstraint } from '../../src/constraints/index.js';
import { fansOf } from '../../src/initializers/fans.js';
import { type InitializerIdentifier, initializers, resolveInitializer } from '../../src/initializers/index.js';
import type { Initializer } from '../../src/initializers/initializer.js';
import { fill, tensor } from '../../src/ops/creation.js';
import { regularizers, resolveRegularizer } from '../../src/regularizers/index.js';
import { memory, tidy } from '../../src/tensor/scope.js';

beforeEach(() => activateBackend(cpuBackend()));

const valuesOf = (identifier: InitializerIdentifier, shape: Shape, seed = 1): number[] =>
  tidy(() => [...resolveInitializer(identifier, 'test').apply(shape, 'float64', seed).dataSync()]);

const mean = (list: readonly number[]): number => list.reduce((a, b) => a + b, 0) / list.length;
const variance = (list: readonly number[]): number => {
  const center = mean(list);
  return mean(list.map((value) => (value - center) ** 2));
};
const largest = (list: readonly number[]): number => Math.max(...list.map(Math.abs));

describe('initializers', () => {
  test('fans count the receptive field', () => {
    expect(fansOf([])).toEqual({ fanIn: 1, fanOut: 1 });
    expect(fansOf([7])).toEqual({ fanIn: 7, fanOut: 7 });
    expect(fansOf([3, 5])).toEqual({ fanIn: 3, fanOut: 5 });
    expect(fansOf([3, 2, 4, 8])).toEqual({ fanIn: 24, fanOut: 48 });
  });

  test('constants', () => {
    expect(valuesOf('zeros', [2])).toEqual([0, 0]);
    expect(valuesOf('ones', [2])).toEqual([1, 1]);
    expect(valuesOf(initializers.constant({ value: 3 }), [2])).toEqual([3, 3]);
    expect(valuesOf(initializers.identity({ gain: 2 }), [2, 3])).toEqual([2, 0, 0, 0, 2, 0]);
    expect(() => valuesOf('identity', [2, 2, 2])).toThrow(ShapeError);
  });

  const SHAPE = [4, 4, 25, 50];
  const FAN_IN = 400;
  const FAN_SUM = 1200;
  const presets: [InitializerIdentifier, number][] = [
    ['glorotUniform', 2 / FAN_SUM],
    ['glorotNormal', 2 / FAN_SUM],
    ['heUniform', 2 / FAN_IN],
    ['heNormal', 2 / FAN_IN],
    ['leCunUniform', 1 / FAN_IN],
    ['leCunNormal', 1 / FAN_IN],
    ['randomNormal', 0.05 ** 2],
    ['randomUniform', 0.05 ** 2 / 3],
    ['varianceScaling', 1 / FAN_IN],
    [initializers.varianceScaling({ scale: 3, mode: 'fanOut', distribution: 'untruncatedNormal' }), 3 / 800],
    [initializers.varianceScaling({ mode: 'fan_avg', distribution: 'uniform' }), 2 / FAN_SUM],
  ];
  test.each(presets)('%s has its variance and mean 0', (identifier, expected) => {
    const values = valuesOf(identifier, SHAPE);
    expect(variance(values) / expected).toBeCloseTo(1, 1.5);
    expect(Math.abs(mean(values))).toBeLessThan(4 * Math.sqrt(expected / values.length));
  });

  test('bounds: uniform at √(3 · variance), truncated at two deviations widened by 1 / 0.8796', () => {
    expect(largest(valuesOf('glorotUniform', SHAPE))).toBeLessThanOrEqual(Math.sqrt(6 / FAN_SUM));
    expect(largest(valuesOf('heNormal', SHAPE))).toBeLessThanOrEqual((2 * Math.sqrt(2 / FAN_IN)) / 0.8796);
    expect(largest(valuesOf('heNormal', SHAPE))).toBeGreaterThan(2 * Math.sqrt(2 / FAN_IN));
    expect(largest(valuesOf('truncatedNormal', SHAPE))).toBeLessThanOrEqual(0.1);
    expect(largest(valuesOf('randomUniform', SHAPE))).toBeLessThanOrEqual(0.05);
  });

  test('apply takes only a shape, and returns float32', () => {
    for (const make of [initializers.orthogonal, initializers.glorotUniform, initializers.zeros]) {
      expect((make().apply as unknown as (shape: number[]) => { dtype: string })([2, 2]).dtype).toBe('float32');
    }
  });

  test.each([
    [[6, 4], 1],
    [[4, 6], 2],
    [[2, 3, 2, 5], 1],
  ] as const)('orthogonal %j: products of rows or columns make the identity', (shape, gain) => {
    const values = valuesOf(initializers.orthogonal({ gain }), shape);
    const columns = shape.at(-1)!;
    const rows = values.length / columns;
    const at = (i: number, k: number) => (rows < columns ? values[i * columns + k] : values[k * columns + i]);
    for (let i = 0; i < Math.min(rows, columns); i++) {
      for (let j = 0; j < Math.min(rows, columns); j++) {
        let product = 0;
        for (let k = 0; k < Math.max(rows, columns); k++) product += at(i, k) * at(j, k);
        expect(product).toBeCloseTo(i === j ? gain ** 2 : 0, 12);
      }
    }
  });

  test('its own seed overrides that of the weight; without one the weight’s is used', () => {
    expect(valuesOf(initializers.glorotUniform({ seed: 5 }), [9], 1)).toEqual(
      valuesOf(initializers.glorotUniform({ seed: 5 }), [9], 2),
    );
    expect(valuesOf('glorotUniform', [9], 1)).not.toEqual(valuesOf('glorotUniform', [9], 2));
    expect(valuesOf('glorotUniform', [9], 1)).toEqual(valuesOf('glorotUniform', [9], 1));
  });

  test('names in every spelling', () => {
    for (const name of ['glorotUniform', 'glorot_uniform', 'GlorotUniform'] as const) {
      expect(resolveInitializer(name, 'test').className).toBe('GlorotUniform');
    }
    expect(resolveInitializer('lecun_normal', 'test').className).toBe('LecunNormal');
    expect(resolveInitializer('uniform', 'test').className).toBe('RandomUniform');
    expect(resolveInitializer('zero', 'test').className).toBe('Zeros');
  });

  test('configs make equal initializers', () => {
    for (const make of Object.values(initializers)) {
      const takesSeed = 'seed' in (make as () => Initializer)().getConfig();
      const first = (make as (options: object) => Initializer)(takesSeed ? { seed: 3 } : {});
      const again = resolveInitializer(JSON.parse(JSON.stringify(serialized(first))), 'test');
      expect(again.getConfig()).toEqual(first.getConfig());
      expect(valuesOf(again, [4, 4])).toEqual(valuesOf(first, [4, 4]));
    }
  });

  test('one of the user’s own, by instance and by registered class', () => {
    class Halves {
      static readonly className = 'Halves';
      readonly className = 'Halves';
      apply = (shape: Shape) => fill(shape, 0.5);
      getConfig = () => ({});
    }
    expect(valuesOf(new Halves(), [2])).toEqual([0.5, 0.5]);
    expect(() => resolveInitializer('Halves', 'dense: kernelInitializer')).toThrow(ValueError);
    registerClass(Halves);
    expect(valuesOf({ className: 'Custom>Halves' }, [2])).toEqual([0.5, 0.5]);
  });

  test('wrong ones are refused by name', () => {
    expect(() => resolveInitializer('glorot' as never, 'dense: kernelInitializer')).toThrow(
      /dense: kernelInitializer is 'glorot', expected one of .*zeros/,
    );
    expect(() => resolveInitializer(3 as never, 'x')).toThrow(ValueError);
    expect(() => resolveInitializer(null as never, 'x')).toThrow(ValueError);
    expect(() => initializers.varianceScaling({ scale: 0 })).toThrow(/scale is 0/);
    expect(() => initializers.varianceScaling({ mode: 'fan' as never })).toThrow(
      "mode is 'fan', expected one of 'fan_in', 'fan_out', 'fan_avg'",
    );
    expect(() => initializers.randomUniform({ minval: 1, maxval: 0 })).toThrow(/minval is 1/);
    expect(() => initializers.randomNormal({ stddev: -1 })).toThrow(/stddev is -1/);
    expect(() => initializers.constant({ value: 'a' as never })).toThrow(
      "Constant: value is 'a', expected a finite number",
    );
  });
});

test('a single number is Keras’s first argument; two are ambiguous', () => {
  expect(valuesOf(initializers.constant(3), [2])).toEqual([3, 3]);
  expect(valuesOf(initializers.identity(2), [1, 2])).toEqual([2, 0]);
  expect(initializers.orthogonal(2).getConfig()).toEqual({ gain: 2, seed: null });
  expect(initializers.varianceScaling(2).getConfig()).toMatchObject({ scale: 2, mode: 'fan_in' });
  expect(initializers.heNormal(7).getConfig()).toEqual({ seed: 7 });
  expect(() => initializers.randomNormal(0.1 as never)).toThrow(
    'RandomNormal: options are 0.1, expected an object of mean',
  );
  expect(() => initializers.zeros(1 as never)).toThrow('Zeros: options are 1, expected an object without options');
  expect(() => initializers.constant({ val: 3 } as never)).toThrow('there is no option val, expected value');
});

describe('regularizers', () => {
  const penalty = (regularizer: ReturnType<typeof regularizers.l1>): number =>
    tidy(() => regularizer.apply(tensor([3, -4])).dataSync()[0]);

  test('values equal their formulas, defaults 0.01', () => {
    expect(penalty(regularizers.l1())).toBeCloseTo(0.07, 6);
    expect(penalty(regularizers.l2())).toBeCloseTo(0.25, 6);
    expect(penalty(regularizers.l1l2({ l1: 1, l2: 0.1 }))).toBeCloseTo(9.5, 6);
  });

  test('a single number is the factor, as in Keras; l1l2 takes names, and 0 for a missing one', () => {
    expect(regularizers.l1(0.5).getConfig()).toEqual({ l1: 0.5 });
    expect(regularizers.l2(0.5).getConfig()).toEqual({ l2: 0.5 });
    // Keras 3: L1L2(l2=0.1).
    expect(regularizers.l1l2({ l2: 0.1 }).getConfig()).toEqual({ l1: 0, l2: 0.1 });
    expect(regularizers.l1l2({ l1: 0.1, l2: undefined }).getConfig()).toEqual({ l1: 0.1, l2: 0 });
    expect(() => regularizers.l1l2(0.1 as never)).toThrow('L1L2: options are 0.1, expected an object of l1, l2');
  });

  test('wrong options are refused by name', () => {
    expect(() => regularizers.l2({ l1: 0.5 } as never)).toThrow("L2: there is no option l1; did you mean 'l2'?");
    expect(() => regularizers.l1('much' as never)).toThrow("L1: l1 is 'much', expected a number ≥ 0");
    expect(() => regularizers.l2(Number.NaN)).toThrow('L2: l2 is NaN');
  });

  test('names, configs, none', () => {
    expect(resolveRegularizer('l1_l2', 'x')?.getConfig()).toEqual({ l1: 0.01, l2: 0.01 });
    expect(resolveRegularizer({ className: 'L2', config: { l2: 0.5 } }, 'x')?.getConfig()).toEqual({ l2: 0.5 });
    expect(resolveRegularizer(null, 'x')).toBeNull();
    expect(resolveRegularizer(undefined, 'x')).toBeNull();
    expect(() => resolveRegularizer('l3', 'dense: kernelRegularizer')).toThrow(/kernelRegularizer is 'l3'/);
    expect(() => regularizers.l2({ l2: -1 })).toThrow(/l2 is -1/);
  });
});

describe('constraints', () => {
  const constrained = (constraint: ReturnType<typeof constraints.nonNeg>): number[] =>
    tidy(() =>
      [
        ...constraint
          .apply(
            tensor([
              [3, 0.3],
              [-4, 0.4],
            ]),
          )
          .dataSync(),
      ].map((v) => Math.round(v * 1e4) / 1e4),
    );

  test('values of columns of norm 5 and 0.5', () => {
    expect(constrained(constraints.maxNorm())).toEqual([1.2, 0.3, -1.6, 0.4]);
    expect(constrained(constraints.unitNorm())).toEqual([0.6, 0.6, -0.8, 0.8]);
    expect(constrained(constraints.minMaxNorm({ minValue: 1, maxValue: 2 }))).toEqual([1.2, 0.6, -1.6, 0.8]);
    expect(constrained(constraints.minMaxNorm({ minValue: 1, maxValue: 2, rate: 0.5 }))).toEqual([
      2.1, 0.45, -2.8, 0.6,
    ]);
    expect(constrained(constraints.nonNeg())).toEqual([3, 0.3, 0, 0.4]);
  });

  test('a single number is the bound; wrong options are refused by name', () => {
    expect(constraints.maxNorm(5).getConfig()).toEqual({ maxValue: 5, axis: 0 });
    expect(() => constraints.minMaxNorm(5 as never)).toThrow(
      'MinMaxNorm: options are 5, expected an object of minValue',
    );
    expect(() => constraints.unitNorm({ axes: [0] } as never)).toThrow(
      "UnitNorm: there is no option axes; did you mean 'axis'?",
    );
    expect(() => constraints.unitNorm({ axis: [0.5] })).toThrow(
      'UnitNorm: axis is [0.5], expected an integer or a list',
    );
    expect(() => constraints.nonNeg({ axis: 0 } as never)).toThrow('NonNeg: there is no option axis');
  });

  test('names, configs, none', () => {
    expect(resolveConstraint('max_norm', 'x')?.getConfig()).toEqual({ maxValue: 2, axis: 0 });
    expect(resolveConstraint('nonNeg', 'x')?.className).toBe('NonNeg');
    expect(resolveConstraint(null, 'x')).toBeNull();
    expect(() => resolveConstraint('norm', 'dense: kernelConstraint')).toThrow(/kernelConstraint is 'norm'/);
    expect(() => constraints.maxNorm({ maxValue: -1 })).toThrow(/maxValue is -1/);
    expect(() => constraints.minMaxNorm({ minValue: 2, maxValue: 1 })).toThrow(/minValue is 2/);
  });
});

test('nothing is left behind', () => {
  const before = memory();
  valuesOf('orthogonal', [3, 3]);
  expect(memory()).toEqual(before);
});
