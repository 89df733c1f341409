import * as ops from '../../src/ops/comparison.js';
import { type Case, defineCase } from '../support/case.js';
import { booleans, floats, integers, normal, wholeFloats } from '../support/inputs.js';

const COMPARISONS = ['equal', 'notEqual', 'less', 'lessEqual', 'greater', 'greaterEqual'] as const;
const LOGICAL = ['logicalAnd', 'logicalOr', 'logicalXor'] as const;
const TESTS = ['isNaN', 'isInf', 'isFinite'] as const;

const comparisons = COMPARISONS.flatMap((name) => [
  defineCase(name, 'with a row', {
    inputs: { a: wholeFloats(0, 3, 3, 19), b: wholeFloats(0, 3, 19) },
    run: ({ a, b }) => ops[name](a, b),
    differentiable: [],
  }),
  defineCase(name, 'with NaN', {
    inputs: { a: floats([1, Number.NaN, Number.NaN]), b: floats([Number.NaN, 1, Number.NaN]) },
    run: ({ a, b }) => ops[name](a, b),
    differentiable: [],
  }),
  defineCase(name, 'of integers and a number', {
    inputs: { a: integers(-2, 3, 4, 5) },
    run: ({ a }) => ops[name](a, 1),
  }),
]);

const logical = LOGICAL.map((name) =>
  defineCase(name, 'with broadcasting', {
    inputs: { a: booleans(5, 1, 3), b: booleans(7, 1) },
    run: ({ a, b }) => ops[name](a, b),
  }),
);

const tests = TESTS.map((name) =>
  defineCase(name, '', {
    inputs: { x: floats([0, 1, Number.NaN, Infinity, -Infinity]) },
    run: ({ x }) => ops[name](x),
    differentiable: [],
  }),
);

export const comparisonCases: readonly Case[] = [
  ...comparisons,
  ...logical,
  ...tests,
  defineCase('logicalNot', '', { inputs: { x: booleans(4, 5) }, run: ({ x }) => ops.logicalNot(x) }),
  defineCase('where', '', {
    inputs: { condition: booleans(3, 19), a: normal(3, 19), b: normal(3, 19) },
    run: ({ condition, a, b }) => ops.where(condition, a, b),
  }),
  defineCase('where', 'with broadcasting', {
    inputs: { condition: booleans(4, 1, 5), a: normal(3, 1), b: normal() },
    run: ({ condition, a, b }) => ops.where(condition, a, b),
  }),
  defineCase('where', 'of integers', {
    inputs: { condition: booleans(6), a: integers(0, 9, 6), b: integers(0, 9, 6) },
    run: ({ condition, a, b }) => ops.where(condition, a, b),
  }),
];
