import { broadcastTo, tile } from '../../src/ops/broadcast.js';
import { cast } from '../../src/ops/cast.js';
import { concat, split, stack, unstack } from '../../src/ops/concat.js';
import { mirrorPad, pad } from '../../src/ops/pad.js';
import { clone, expandDims, flatten, reshape, squeeze } from '../../src/ops/reshape.js';
import { reverse } from '../../src/ops/reverse.js';
import { slice, stridedSlice } from '../../src/ops/slice.js';
import { transpose } from '../../src/ops/transpose.js';
import { type Case, defineCase } from '../support/case.js';
import { booleans, floats, integers, normal } from '../support/inputs.js';

const PERMUTATIONS: readonly (readonly number[])[] = [
  [0, 1, 2, 3],
  [0, 3, 1, 2],
  [0, 2, 3, 1],
  [3, 2, 1, 0],
  [1, 0, 3, 2],
];

const reshaping: readonly Case[] = [
  defineCase('reshape', '', { inputs: { x: normal(4, 6) }, run: ({ x }) => reshape(x, [2, -1, 3]) }),
  defineCase('reshape', 'of nothing', { inputs: { x: normal(4, 0) }, run: ({ x }) => reshape(x, [0, 7]) }),
  defineCase('clone', '', { inputs: { x: normal(3) }, run: ({ x }) => clone(x) }),
  defineCase('expandDims', '', { inputs: { x: normal(3, 4) }, run: ({ x }) => expandDims(x, -1) }),
  defineCase('squeeze', '', { inputs: { x: normal(1, 3, 1) }, run: ({ x }) => squeeze(x) }),
  defineCase('squeeze', 'of one axis', { inputs: { x: normal(1, 3, 1) }, run: ({ x }) => squeeze(x, 2) }),
  defineCase('flatten', '', { inputs: { x: normal(2, 3, 4) }, run: ({ x }) => flatten(x) }),
  defineCase('cast', 'to the same dtype', { inputs: { x: normal(5) }, run: ({ x }) => cast(x, x.dtype) }),
  defineCase('cast', 'to int32', {
    inputs: { x: floats([-1.7, -0.5, 0, 0.5, 1.7, 300.2]) },
    run: ({ x }) => cast(x, 'int32'),
    differentiable: [],
  }),
  defineCase('cast', 'to bool', {
    inputs: { x: floats([-1, 0, 0.25, Number.NaN]) },
    run: ({ x }) => cast(x, 'bool'),
    differentiable: [],
  }),
  defineCase('cast', 'from int32', { inputs: { x: integers(-9, 9, 7) }, run: ({ x }) => cast(x, 'float32') }),
  defineCase('cast', 'from bool', { inputs: { x: booleans(19) }, run: ({ x }) => cast(x, 'float32') }),
];

const joining: readonly Case[] = [
  defineCase('concat', 'of the last axis', {
    inputs: { a: normal(2, 3, 4, 2), b: normal(2, 3, 4, 19), c: normal(2, 3, 4, 1) },
    run: ({ a, b, c }) => concat([a, b, c], -1),
  }),
  defineCase('concat', 'of a middle axis', {
    inputs: { a: normal(2, 3, 5), b: normal(2, 1, 5) },
    run: ({ a, b }) => concat([a, b], 1),
  }),
  defineCase('concat', 'with an empty part', {
    inputs: { a: normal(2, 3), b: normal(0, 3) },
    run: ({ a, b }) => concat([a, b]),
  }),
  defineCase('concat', 'of one tensor with itself', { inputs: { x: normal(2, 3) }, run: ({ x }) => concat([x, x], 1) }),
  defineCase('concat', 'of integers and floats', {
    inputs: { a: integers(0, 9, 3), b: normal(2) },
    run: ({ a, b }) => concat([a, b]),
  }),
  defineCase('stack', '', {
    inputs: { a: normal(3, 4), b: normal(3, 4) },
    run: ({ a, b }) => stack([a, b], 1),
  }),
  defineCase('split', 'in equal parts', { inputs: { x: normal(4, 6) }, run: ({ x }) => split(x, 3, 1) }),
  defineCase('split', 'by sizes', { inputs: { x: normal(5, 7) }, run: ({ x }) => split(x, [1, 4, 2], -1) }),
  defineCase('unstack', '', { inputs: { x: normal(3, 4) }, run: ({ x }) => unstack(x, 1) }),
];

const cutting: readonly Case[] = [
  defineCase('slice', '', { inputs: { x: normal(4, 3, 7) }, run: ({ x }) => slice(x, [1, 0, 2], [2, -1, 3]) }),
  defineCase('slice', 'of images', {
    inputs: { x: normal(3, 5, 6, 9) },
    run: ({ x }) => slice(x, [0, 1, 2, 0], [3, 3, 4, 9]),
  }),
  defineCase('slice', 'of nothing', { inputs: { x: normal(4, 3) }, run: ({ x }) => slice(x, [4], [0]) }),
  defineCase('stridedSlice', '', {
    inputs: { x: normal(7, 9) },
    run: ({ x }) => stridedSlice(x, [1, 0], [7, 9], [2, 3]),
  }),
  defineCase('stridedSlice', 'with masks', {
    inputs: { x: normal(4, 3, 5, 6) },
    // x[1:, newaxis, ..., 2, ::-2]
    run: ({ x }) => stridedSlice(x, [1, 0, 0, 2, 0], [0, 0, 0, 0, 0], [1, 1, 1, 1, -2], 16, 17, 4, 2, 8),
  }),
  defineCase('stridedSlice', 'backwards', {
    inputs: { x: normal(7, 9) },
    run: ({ x }) => stridedSlice(x, [5, -1], [0, -9], [-2, -1]),
  }),
  defineCase('pad', '', {
    inputs: { x: normal(2, 3, 4, 2) },
    run: ({ x }) =>
      pad(
        x,
        [
          [0, 0],
          [2, 1],
          [0, 3],
          [1, 0],
        ],
        -1.5,
      ),
  }),
  defineCase('pad', 'of nothing', {
    inputs: { x: normal(0, 2) },
    run: ({ x }) =>
      pad(
        x,
        [
          [1, 1],
          [0, 1],
        ],
        3,
      ),
  }),
  defineCase('mirrorPad', 'reflect', {
    inputs: { x: normal(3, 4) },
    run: ({ x }) =>
      mirrorPad(
        x,
        [
          [2, 1],
          [0, 3],
        ],
        'reflect',
      ),
  }),
  defineCase('mirrorPad', 'symmetric', {
    inputs: { x: normal(3, 4) },
    run: ({ x }) =>
      mirrorPad(
        x,
        [
          [3, 1],
          [0, 4],
        ],
        'symmetric',
      ),
  }),
  defineCase('mirrorPad', 'by nothing', {
    inputs: { x: normal(3) },
    run: ({ x }) => mirrorPad(x, [[0, 0]], 'reflect'),
  }),
];

const turning: readonly Case[] = [
  ...PERMUTATIONS.map((permutation) =>
    defineCase('transpose', `by ${permutation}`, {
      inputs: { x: normal(2, 3, 5, 7) },
      run: ({ x }) => transpose(x, permutation),
    }),
  ),
  defineCase('transpose', 'of a matrix', { inputs: { x: normal(33, 19) }, run: ({ x }) => transpose(x) }),
  defineCase('transpose', 'of a scalar', { inputs: { x: normal() }, run: ({ x }) => transpose(x) }),
  defineCase('transpose', 'of integers', { inputs: { x: integers(0, 9, 3, 5) }, run: ({ x }) => transpose(x) }),
  defineCase('reverse', 'of one axis', { inputs: { x: normal(2, 5, 3) }, run: ({ x }) => reverse(x, 1) }),
  defineCase('reverse', 'of all axes', { inputs: { x: normal(2, 5, 3) }, run: ({ x }) => reverse(x) }),
  defineCase('broadcastTo', '', { inputs: { x: normal(3, 1) }, run: ({ x }) => broadcastTo(x, [2, 3, 19]) }),
  defineCase('broadcastTo', 'the same shape', { inputs: { x: normal(3) }, run: ({ x }) => broadcastTo(x, [3]) }),
  defineCase('broadcastTo', 'from a scalar', { inputs: { x: normal() }, run: ({ x }) => broadcastTo(x, [4, 5]) }),
  defineCase('tile', '', { inputs: { x: normal(2, 3) }, run: ({ x }) => tile(x, [3, 2]) }),
];

export const movementCases: readonly Case[] = [...reshaping, ...joining, ...cutting, ...turning];
