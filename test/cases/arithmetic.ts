import * as ops from '../../src/ops/arithmetic.js';
import { pow } from '../../src/ops/power.js';
import { type Case, defineCase } from '../support/case.js';
import {
  between,
  booleans,
  distinct,
  floats,
  integers,
  type Make,
  normal,
  uniform,
  wholeFloats,
} from '../support/inputs.js';

type Name = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'squaredDifference' | 'atan2';

/** Every way in which two shapes meet. */
const SHAPES: readonly (readonly [of: string, a: readonly number[], b: readonly number[]])[] = [
  ['of one shape', [3, 5, 7], [3, 5, 7]],
  ['with a row', [2, 3, 19], [19]],
  ['with a column', [5, 33], [5, 1]],
  ['with a scalar', [4, 5], []],
  ['of a scalar', [], [4, 5]],
  ['of stretched axes on both sides', [3, 1, 5], [4, 1]],
  ['with the channels of an image', [2, 3, 4, 6], [2, 1, 1, 6]],
  ['of nothing', [0, 3], [1, 3]],
];

const INPUTS: Readonly<Record<Name, readonly [a: (...shape: number[]) => Make, b: (...shape: number[]) => Make]>> = {
  add: [normal, normal],
  sub: [normal, normal],
  mul: [normal, normal],
  div: [normal, (...shape) => uniform(0.5, 2, ...shape)],
  maximum: [distinct, between],
  minimum: [distinct, between],
  squaredDifference: [normal, normal],
  atan2: [normal, (...shape) => uniform(0.5, 2, ...shape)],
};

const broadcasting = (Object.keys(INPUTS) as Name[]).flatMap((name) =>
  SHAPES.map(([of, a, b]) =>
    defineCase(name, of, {
      inputs: { a: INPUTS[name][0](...a), b: INPUTS[name][1](...b) },
      run: ({ a, b }) => ops[name](a, b),
    }),
  ),
);

export const arithmeticCases: readonly Case[] = [
  ...broadcasting,
  defineCase('add', 'of integers and floats', {
    inputs: { a: integers(-5, 5, 3, 4), b: normal(4) },
    run: ({ a, b }) => ops.add(a, b),
  }),
  defineCase('add', 'of booleans', {
    inputs: { a: booleans(17), b: booleans(17) },
    run: ({ a, b }) => ops.add(a, b),
  }),
  defineCase('mul', 'of integers', {
    inputs: { a: integers(-50, 50, 3, 7), b: integers(-50, 50, 7) },
    run: ({ a, b }) => ops.mul(a, b),
  }),
  defineCase('mul', 'with a number', { inputs: { a: normal(3, 7) }, run: ({ a }) => ops.mul(a, -0.5) }),
  defineCase('sub', 'from a number', { inputs: { b: normal(3, 7) }, run: ({ b }) => ops.sub(1, b) }),
  defineCase('mul', 'of x with itself', { inputs: { x: normal(3, 7) }, run: ({ x }) => ops.mul(x, x) }),
  defineCase('add', 'above one chunk of work', {
    inputs: { a: normal(41, 811), b: normal(811) },
    run: ({ a, b }) => ops.add(a, b),
  }),
  defineCase('maximum', 'of equal values', {
    inputs: { a: wholeFloats(0, 3, 30), b: wholeFloats(0, 3, 30) },
    run: ({ a, b }) => ops.maximum(a, b),
    orders: 0,
  }),
  defineCase('div', 'of integers', {
    inputs: { a: integers(-20, 20, 40), b: integers(1, 6, 40) },
    run: ({ a, b }) => ops.div(a, b),
  }),
  defineCase('divNoNan', '', {
    inputs: { a: normal(6), b: floats([1, 0, -2, 0, 0.5, 3]) },
    run: ({ a, b }) => ops.divNoNan(a, b),
    // Beside a divisor of 0 the quotient jumps.
    differentiable: ['a'],
  }),
  defineCase('floorDiv', '', {
    inputs: { a: normal(5, 7), b: uniform(0.3, 2, 7) },
    run: ({ a, b }) => ops.floorDiv(a, b),
    differentiable: [],
  }),
  defineCase('floorDiv', 'of integers', {
    inputs: { a: integers(-20, 20, 40), b: integers(1, 6, 40) },
    run: ({ a, b }) => ops.floorDiv(a, b),
  }),
  defineCase('mod', '', {
    inputs: { a: floats([-3.3, -1.2, 0.4, 2.9, 7.1]), b: floats([1.5, -1.7, 2, -2.3, 3]) },
    run: ({ a, b }) => ops.mod(a, b),
  }),
  defineCase('mod', 'of integers', {
    inputs: { a: integers(-20, 20, 40), b: integers(1, 6, 40) },
    run: ({ a, b }) => ops.mod(a, b),
  }),
  defineCase('addN', '', {
    inputs: { a: normal(3, 5), b: normal(3, 5), c: normal(3, 5) },
    run: ({ a, b, c }) => ops.addN([a, b, c]),
  }),
  defineCase('addN', 'of one', { inputs: { a: normal(3, 5) }, run: ({ a }) => ops.addN([a]) }),
  defineCase('pow', '', {
    inputs: { a: uniform(0.3, 3, 4, 5), b: normal(5) },
    run: ({ a, b }) => pow(a, b),
  }),
  defineCase('pow', 'of a number', { inputs: { a: normal(4, 5) }, run: ({ a }) => pow(a, 3) }),
  defineCase('pow', 'at 0', {
    inputs: { a: floats([0, -1, 2]) },
    run: ({ a }) => pow(a, 2),
    orders: 3,
  }),
];
