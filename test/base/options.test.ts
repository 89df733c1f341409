import { runInNewContext } from 'node:vm';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { ValueError } from '../../src/base/errors.js';
import {
  accept,
  anyOf,
  boolean,
  callable,
  configOf,
  fraction,
  type Given,
  integer,
  listOf,
  number,
  type Option,
  type Options,
  oneOf,
  option,
  pairOf,
  positiveInteger,
  readOptions,
  string,
} from '../../src/base/options.js';

const TABLE = {
  units: positiveInteger(),
  useBias: boolean().default(true),
  activation: string().nullable().default(null),
  padding: oneOf(['valid', 'same']).default('valid'),
  kernelSize: pairOf(positiveInteger(), 'one or two integers ≥ 1').default(3),
  strides: pairOf(positiveInteger()).defaultFrom(({ kernelSize }) => kernelSize ?? 3),
  limit: number({ min: 0 }).optional(),
};

// biome-ignore lint/suspicious/noExplicitAny: the wrong values that types refuse
const read = (given: any) => readOptions('dense (Dense)', TABLE, given);

describe('readOptions', () => {
  test('adds the defaults', () => {
    expect(read({ units: 3 })).toEqual({
      units: 3,
      useBias: true,
      activation: null,
      padding: 'valid',
      kernelSize: [3, 3],
      strides: [3, 3],
      limit: undefined,
    });
    expect(read({ units: 3, kernelSize: 2 }).strides).toEqual([2, 2]);
    expect(read({ units: 3, kernelSize: 2, strides: [1, 2] }).strides).toEqual([1, 2]);
  });

  test('undefined and null mean the default, also of a name that is not known', () => {
    expect(read({ units: 1, useBias: null, padding: undefined, limit: null, unheardOf: null })).toEqual(
      read({ units: 1 }),
    );
    expect(readOptions('f', { axis: integer().nullable().default(-1) }, { axis: null })).toEqual({ axis: null });
    expect(readOptions('f', { axis: integer().nullable().default(-1) }, {})).toEqual({ axis: -1 });
  });

  const refused: readonly (readonly [given: unknown, message: string])[] = [
    [{ units: '3' }, "units is '3', expected an integer ≥ 1"],
    [{}, 'units is undefined, expected an integer ≥ 1'],
    [{ units: null }, 'units is null, expected an integer ≥ 1'],
    [{ units: 2, useBais: false }, "there is no option useBais; did you mean 'useBias'?"],
    [{ units: 2, activation: () => 1, useBais: false }, "there is no option useBais; did you mean 'useBias'?"],
    [{ units: 2, activation: () => 1 }, 'activation is a function, expected a string or null'],
    [{ units: 2, useBias: 1 }, 'useBias is 1, expected true or false'],
    [{ units: 2, padding: 'vaild' }, "padding is 'vaild', expected one of 'valid', 'same'; did you mean 'valid'?"],
    [{ units: 2, kernelSize: [3, 3, 3] }, 'kernelSize is [3,3,3], expected one or two integers ≥ 1'],
    [{ units: 2, limit: Number.NaN }, 'limit is NaN, expected a number ≥ 0'],
    [{ units: 2, limit: { a: [1] } }, 'limit is { a: [1] }, expected a number ≥ 0'],
    [{ units: 2, limit: new Map() }, 'limit is a Map, expected a number ≥ 0'],
    [3, 'options are 3, expected an object of units, useBias'],
    ['relu', "options are 'relu', expected an object of units"],
    [[3], 'options are [3], expected an object of units'],
    [new Map([['units', 3]]), 'options are a Map, expected an object of units'],
    [() => ({ units: 3 }), 'options are a function, expected an object of units'],
  ];
  test.each(refused)('%o is refused', (given, message) => {
    expect(() => read(given)).toThrow(`dense (Dense): ${message}`);
    expect(() => read(given)).toThrow(ValueError);
  });

  test('inherited names of objects are not options', () => {
    for (const name of ['constructor', 'toString', '__proto__']) {
      const given = JSON.parse(`{ "units": 1, "${name}": 1 }`);
      expect(() => read(given)).toThrow(`there is no option ${name}`);
    }
  });

  test('objects without a prototype and of another realm are objects', () => {
    expect(read(Object.assign(Object.create(null), { units: 3 })).units).toBe(3);
    expect(read(runInNewContext('({ units: 3, strides: [1, 2] })')).strides).toEqual([1, 2]);
  });

  test('one option may be given without an object', () => {
    const table = { l2: number({ min: 0 }).default(0.01) };
    expect(readOptions('L2', table, 0.5, 'l2')).toEqual({ l2: 0.5 });
    expect(readOptions('L2', table, { l2: 0.5 }, 'l2')).toEqual({ l2: 0.5 });
    expect(readOptions('L2', table, undefined, 'l2')).toEqual({ l2: 0.01 });
    expect(() => readOptions('L2', table, -1, 'l2')).toThrow('L2: l2 is -1, expected a number ≥ 0');
    expect(() => readOptions('L2', table, 'much' as never, 'l2')).toThrow("L2: l2 is 'much', expected a number ≥ 0");
  });

  test('a table without options refuses every name', () => {
    expect(() => readOptions('NonNeg', {}, { axis: 1 } as never)).toThrow('NonNeg: there is no option axis');
  });
});

describe('checks', () => {
  const message = (each: Option<unknown, unknown>, value: unknown): string => {
    try {
      each.check('f', 'x', value);
    } catch (error) {
      return (error as Error).message;
    }
    return 'taken';
  };

  const bounds: readonly (readonly [check: Option<unknown, unknown>, taken: unknown[], refused: unknown[], string])[] =
    [
      [number(), [0, -1.5, 1e300], [Number.NaN, Number.POSITIVE_INFINITY, '1', true], 'a finite number'],
      [number({ min: 0 }), [0, 2.5], [-1e-9], 'a number ≥ 0'],
      [number({ above: 0 }), [1e-9], [0], 'a number > 0'],
      [number({ max: 1 }), [1, -5], [1.1], 'a number ≤ 1'],
      [number({ below: 1 }), [0.9], [1], 'a number < 1'],
      [number({ min: 0, below: 1 }), [0, 0.9], [1, -0.1], 'a number in [0, 1)'],
      [number({ above: 0, max: 1 }), [1, 0.1], [0, 1.1], 'a number in (0, 1]'],
      [fraction(), [0, 1], [-0.1, 1.1], 'a number in [0, 1]'],
      [integer(), [-3, 0], [0.5, 2 ** 53, '1'], 'an integer'],
      [integer({ min: 2, max: 4 }), [2, 4], [1, 5], 'an integer in [2, 4]'],
      [positiveInteger(), [1], [0, 1.5], 'an integer ≥ 1'],
      [boolean(), [true, false], [0, 'true', null], 'true or false'],
      [string(), ['', 'a'], [0], 'a string'],
      [callable(), [() => 0, class {}], ['relu', {}], 'a function'],
      [oneOf([18, 34, true]), [18, true], [19, '18', false], 'one of 18, 34, true'],
      [listOf(positiveInteger()), [[], [1, 2]], [1, [0], [1, '2'], 'ab'], 'a list, each an integer ≥ 1'],
      [listOf(string(), 2), [['a', 'b']], [['a'], ['a', 1]], 'a list of 2, each a string'],
      [pairOf(integer()), [1, [1, 2]], [[1], [1, 2, 3], [1, 0.5]], 'an integer, or two in a list'],
      [anyOf(integer(), oneOf(['auto'])), [1, 'auto'], [0.5, 'a'], "an integer or one of 'auto'"],
      [accept<Date>('a date', (value) => value instanceof Date), [new Date()], [0], 'a date'],
      [integer().nullable(), [null, 1], [0.5], 'an integer or null'],
    ];
  test.each(bounds)('%#', (each, taken, refused, expected) => {
    for (const value of taken) expect(message(each, value)).toBe('taken');
    for (const value of refused) expect(message(each, value)).toContain(`, expected ${expected}`);
  });

  test('strings are taken in any spelling, and become the one of the list', () => {
    const mode = oneOf(['fan_in', 'fanOut', 'SAME']);
    expect(['fanIn', 'FAN_IN', 'fan_out', 'same'].map((value) => mode.check('f', 'mode', value))).toEqual([
      ...['fan_in', 'fan_in', 'fanOut', 'SAME'],
    ]);
  });

  test('a custom check may change the value, and explain why it refuses', () => {
    const seed = option<bigint, number>({
      expected: 'a seed',
      read: (value, place) => {
        if (value === 13) throw new ValueError(`${place} is 13, expected luck`);
        return typeof value === 'number' ? BigInt(value) : undefined;
      },
    });
    expect(readOptions('f', { seed }, { seed: 3 })).toEqual({ seed: 3n });
    expect(message(seed, 13)).toBe('f: x is 13, expected luck');
    expect(message(anyOf(string(), seed), [])).toBe('f: x is [], expected a string or a seed');
  });
});

test('configOf writes what makes the same options again', () => {
  const table = {
    axis: pairOf(integer()).default(1),
    alpha: number()
      .optional()
      .inConfig(() => undefined),
    slope: number().defaultFrom(({ alpha }) => alpha ?? 0.3),
    format: oneOf(['last'])
      .default('last')
      .inConfig((value) => `channels_${value}`),
    made: accept<Date>('a date', (value) => value instanceof Date)
      .nullable()
      .default(null)
      .inConfig((value, place) => (value ? `${place} ${value.getTime()}` : null)),
  };
  const values = readOptions('f', table, { alpha: 0.1, made: new Date(5) });
  expect(configOf(table, values, 'f')).toEqual({
    axis: [1, 1],
    slope: 0.1,
    format: 'channels_last',
    made: 'f: made 5',
  });
});

test('types', () => {
  expectTypeOf<Given<typeof TABLE>>().toEqualTypeOf<{
    readonly units: number;
    readonly useBias?: boolean;
    readonly activation?: string | null;
    readonly padding?: 'valid' | 'same';
    readonly kernelSize?: number | readonly [number, number];
    readonly strides?: number | readonly [number, number];
    readonly limit?: number;
  }>();
  expectTypeOf<Options<typeof TABLE>>().toEqualTypeOf<{
    readonly units: number;
    readonly useBias: boolean;
    readonly activation: string | null;
    readonly padding: 'valid' | 'same';
    readonly kernelSize: [number, number];
    readonly strides: [number, number];
    readonly limit: number | undefined;
  }>();
});
