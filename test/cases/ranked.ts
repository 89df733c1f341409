import * as ranked from '../../src/tfjs/ranked-ops.js';
import { type Case, defineCase } from '../support/case.js';
import { normal, uniform } from '../support/inputs.js';

const SIDES = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
] as const;

/** tfjs's names with the rank in them. */
export const rankedCases: readonly Case[] = [
  defineCase('pad1d', '', { inputs: { x: normal(5) }, run: ({ x }) => ranked.pad1d(x, [2, 1], 3) }),
  defineCase('pad2d', '', { inputs: { x: normal(3, 5) }, run: ({ x }) => ranked.pad2d(x, SIDES.slice(1, 3)) }),
  defineCase('pad3d', '', { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => ranked.pad3d(x, SIDES.slice(0, 3)) }),
  defineCase('pad4d', '', { inputs: { x: normal(2, 3, 4, 5) }, run: ({ x }) => ranked.pad4d(x, SIDES) }),
  defineCase('slice1d', '', { inputs: { x: normal(7) }, run: ({ x }) => ranked.slice1d(x, 2, 3) }),
  defineCase('slice2d', '', { inputs: { x: normal(5, 4) }, run: ({ x }) => ranked.slice2d(x, [1, 2], [3, 1]) }),
  defineCase('slice3d', '', {
    inputs: { x: normal(3, 4, 5) },
    run: ({ x }) => ranked.slice3d(x, [1, 0, 2], [1, 2, 3]),
  }),
  defineCase('slice4d', '', {
    inputs: { x: normal(2, 3, 4, 5) },
    run: ({ x }) => ranked.slice4d(x, [1, 0, 2, 1], [1, 2, 2, 3]),
  }),
  defineCase('reverse1d', '', { inputs: { x: normal(5) }, run: ({ x }) => ranked.reverse1d(x) }),
  defineCase('reverse2d', '', { inputs: { x: normal(3, 5) }, run: ({ x }) => ranked.reverse2d(x, 1) }),
  defineCase('reverse3d', '', { inputs: { x: normal(3, 2, 3) }, run: ({ x }) => ranked.reverse3d(x, [0, 2]) }),
  defineCase('reverse4d', '', { inputs: { x: normal(2, 3, 2, 3) }, run: ({ x }) => ranked.reverse4d(x, [1, 2]) }),
  defineCase('concat1d', '', { inputs: { a: normal(2), b: normal(3) }, run: ({ a, b }) => ranked.concat1d([a, b]) }),
  defineCase('concat2d', '', {
    inputs: { a: normal(2, 3), b: normal(2, 5) },
    run: ({ a, b }) => ranked.concat2d([a, b], 1),
  }),
  defineCase('concat3d', '', {
    inputs: { a: normal(2, 3, 1), b: normal(2, 3, 4) },
    run: ({ a, b }) => ranked.concat3d([a, b], 2),
  }),
  defineCase('concat4d', '', {
    inputs: { a: normal(2, 3, 2, 1), b: normal(2, 3, 2, 4) },
    run: ({ a, b }) => ranked.concat4d([a, b], 3),
  }),
  defineCase('batchNorm2d', '', {
    inputs: { x: normal(4, 5), mean: normal(5), variance: uniform(0.5, 2, 5) },
    run: ({ x, mean, variance }) => ranked.batchNorm2d(x, mean, variance),
  }),
  defineCase('batchNorm3d', '', {
    inputs: { x: normal(3, 2, 5), mean: normal(5), variance: uniform(0.5, 2, 5) },
    run: ({ x, mean, variance }) => ranked.batchNorm3d(x, mean, variance),
  }),
  defineCase('batchNorm4d', '', {
    inputs: { x: normal(2, 3, 2, 5), mean: normal(5), variance: uniform(0.5, 2, 5) },
    run: ({ x, mean, variance }) => ranked.batchNorm4d(x, mean, variance),
  }),
];
