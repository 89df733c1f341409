import { sum, sumTo } from '../../src/ops/broadcast.js';
import { euclideanNorm } from '../../src/ops/norm.js';
import * as ops from '../../src/ops/reductions.js';
import { type Case, defineCase } from '../support/case.js';
import { booleans, distinct, floats, integers, type Make, normal, uniform, wholeFloats } from '../support/inputs.js';

const smooth = { sum, mean: ops.mean, variance: ops.variance, logSumExp: ops.logSumExp };
const extrema = { max: ops.max, min: ops.min };
type Reduce = (typeof smooth)['sum'];

const AXES: readonly (readonly [of: string, axis: number | number[] | undefined, keepDims: boolean])[] = [
  ['over all axes', undefined, false],
  ['over the first axis', 0, false],
  ['over the last axis', -1, false],
  ['over a middle axis, kept', 1, true],
  ['over neighbouring axes', [1, 2], false],
  ['over axes apart', [0, 2], false],
  ['over axes apart, kept', [0, 3], true],
];

function overAxes(functions: Readonly<Record<string, Reduce>>, x: (...shape: number[]) => Make): Case[] {
  return Object.entries(functions).flatMap(([name, reduce]) =>
    AXES.map(([of, axis, keepDims]) =>
      defineCase(name, of, { inputs: { x: x(2, 3, 4, 5) }, run: ({ x }) => reduce(x, axis, keepDims) }),
    ),
  );
}

const wide = [...Object.entries(smooth), ...Object.entries(extrema)].map(([name, reduce]) =>
  defineCase(name, 'of rows longer than a vector', {
    inputs: { x: distinct(7, 131) },
    run: ({ x }) => reduce(x, 1),
  }),
);

export const reductionCases: readonly Case[] = [
  ...overAxes(smooth, normal),
  ...overAxes({ prod: ops.prod }, (...shape) => uniform(0.5, 1.5, ...shape)),
  ...overAxes(extrema, distinct),
  ...wide,
  defineCase('sum', 'of a column', { inputs: { x: normal(133, 3) }, run: ({ x }) => sum(x, 0) }),
  defineCase('sum', 'of a scalar', { inputs: { x: normal() }, run: ({ x }) => sum(x) }),
  defineCase('sum', 'of nothing', { inputs: { x: normal(3, 0) }, run: ({ x }) => sum(x, 1) }),
  defineCase('sum', 'of integers', { inputs: { x: integers(-99, 99, 5, 33) }, run: ({ x }) => sum(x, 1) }),
  defineCase('sum', 'of booleans', { inputs: { x: booleans(5, 33) }, run: ({ x }) => sum(x, 0) }),
  defineCase('sum', 'above one chunk of work', { inputs: { x: normal(37, 911) }, run: ({ x }) => sum(x) }),
  defineCase('sumTo', '', { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => sumTo(x, [3, 1]) }),
  defineCase('mean', 'of integers', { inputs: { x: integers(-99, 99, 5, 33) }, run: ({ x }) => ops.mean(x, 0) }),
  defineCase('max', 'of integers', { inputs: { x: integers(-99, 99, 5, 33) }, run: ({ x }) => ops.max(x, 1) }),
  defineCase('max', 'of equal values', {
    inputs: { x: wholeFloats(0, 3, 4, 19) },
    run: ({ x }) => ops.max(x, 1),
    orders: 0,
  }),
  defineCase('prod', 'with zeros', {
    inputs: { x: floats([2, 0, 3, 1, 4, 5], 2, 3) },
    run: ({ x }) => ops.prod(x, 1),
    orders: 1,
  }),
  defineCase('prod', 'of nothing', { inputs: { x: normal(2, 0) }, run: ({ x }) => ops.prod(x, 1) }),
  defineCase('logSumExp', 'of large and infinite values', {
    inputs: { x: floats([500, 501, -Infinity, -Infinity], 2, 2) },
    run: ({ x }) => ops.logSumExp(x, 1),
    differentiable: [],
  }),
  defineCase('moments', '', {
    inputs: { x: normal(3, 4, 5) },
    run: ({ x }) => Object.values(ops.moments(x, [0, 1])),
  }),
  defineCase('euclideanNorm', '', { inputs: { x: normal(3, 19) }, run: ({ x }) => euclideanNorm(x, 1) }),
  defineCase('any', '', { inputs: { x: booleans(4, 2) }, run: ({ x }) => ops.any(x, 1) }),
  defineCase('all', '', { inputs: { x: booleans(4, 2) }, run: ({ x }) => ops.all(x, 1) }),
  defineCase('argMax', 'along the last axis', {
    inputs: { x: distinct(5, 33) },
    run: ({ x }) => ops.argMax(x, -1),
    differentiable: [],
  }),
  defineCase('argMax', 'of equal values', {
    inputs: { x: wholeFloats(0, 3, 4, 19) },
    run: ({ x }) => ops.argMax(x, 0),
    differentiable: [],
  }),
  defineCase('argMin', 'along a middle axis', {
    inputs: { x: distinct(3, 7, 5) },
    run: ({ x }) => ops.argMin(x, 1),
    differentiable: [],
  }),
];
