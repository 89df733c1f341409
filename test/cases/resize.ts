import * as ops from '../../src/ops/resize.js';
import { type Case, defineCase } from '../support/case.js';
import { integers, normal } from '../support/inputs.js';

type Name = 'resizeBilinear' | 'resizeNearestNeighbor' | 'resizeBicubic';

const SIZES: readonly (readonly [of: string, size: readonly [number, number]])[] = [
  ['larger', [7, 11]],
  ['smaller', [3, 2]],
  ['taller and narrower', [9, 2]],
  ['to one pixel', [1, 1]],
];

const methods = (['resizeBilinear', 'resizeNearestNeighbor', 'resizeBicubic'] as const).flatMap((name: Name) => [
  ...SIZES.map(([of, size]) =>
    defineCase(name, of, { inputs: { x: normal(2, 5, 4, 3) }, run: ({ x }) => ops[name](x, size) }),
  ),
  defineCase(name, 'with aligned corners', {
    inputs: { x: normal(1, 5, 4, 3) },
    run: ({ x }) => ops[name](x, [8, 7], true),
  }),
  defineCase(name, 'with pixel corners', {
    inputs: { x: normal(1, 5, 4, 3) },
    run: ({ x }) => ops[name](x, [8, 7], false, false),
  }),
]);

export const resizeCases: readonly Case[] = [
  ...methods,
  defineCase('resizeBilinear', 'of one image', {
    inputs: { x: normal(5, 4, 3) },
    run: ({ x }) => ops.resizeBilinear(x, [4, 6]),
  }),
  defineCase('resizeBilinear', 'of integers', {
    inputs: { x: integers(0, 256, 1, 5, 4, 3) },
    run: ({ x }) => ops.resizeBilinear(x, [8, 8]),
    tolerance: 1e-4,
  }),
  defineCase('resizeBicubic', "with Keras's parameter", {
    inputs: { x: normal(1, 5, 4, 3) },
    run: ({ x }) => ops.resizeBicubic(x, [8, 7], false, true, -0.5),
  }),
];
