import type { DimRoundingMode, Padding, Pair } from '../../src/base/geometry.js';
import { avgPool } from '../../src/ops/avg-pool.js';
import { maxPool, maxPoolWithArgmax } from '../../src/ops/max-pool.js';
import { type Case, defineCase } from '../support/case.js';
import { distinct, normal, wholeFloats } from '../support/inputs.js';

interface Setting {
  readonly x: readonly number[];
  readonly size: Pair;
  readonly strides?: Pair;
  readonly padding?: Padding;
  readonly rounding?: DimRoundingMode;
}

const SETTINGS: Readonly<Record<string, Setting>> = {
  '2×2': { x: [2, 8, 6, 19], size: 2 },
  '2×2 with an edge left over': { x: [1, 7, 9, 5], size: 2 },
  '2×2 same': { x: [1, 7, 9, 5], size: 2, padding: 'same' },
  '2×2 stride 1 same': { x: [1, 5, 4, 33], size: 2, strides: 1, padding: 'same' },
  '3×3 stride 2': { x: [2, 9, 8, 6], size: 3, strides: 2 },
  '3×3 stride 2 same': { x: [2, 9, 8, 6], size: 3, strides: 2, padding: 'same' },
  '3×3 stride 1 same': { x: [1, 6, 5, 7], size: 3, strides: 1, padding: 'same' },
  '5×5 stride 3 same': { x: [1, 8, 11, 3], size: 5, strides: 3, padding: 'same' },
  '2×3 stride 1×2': { x: [1, 6, 7, 2], size: [2, 3], strides: [1, 2] },
  'stride beyond the window': { x: [1, 9, 9, 4], size: 2, strides: 3 },
  'uneven padding': {
    x: [1, 5, 6, 4],
    size: 3,
    strides: 2,
    padding: [
      [1, 0],
      [2, 1],
    ],
  },
  'padding on every side': { x: [1, 5, 6, 4], size: 3, strides: 2, padding: 1 },
  'a last window beyond the edge': { x: [2, 6, 7, 4], size: 3, strides: 2, padding: 0, rounding: 'ceil' },
  'a last window beyond the padding': { x: [1, 6, 6, 3], size: 2, strides: 3, padding: 1, rounding: 'ceil' },
  'of the whole image': { x: [2, 4, 5, 8], size: [4, 5] },
  'no images': { x: [0, 4, 4, 2], size: 2 },
  'one image without a batch': { x: [5, 6, 3], size: 2 },
};

export const poolingCases: readonly Case[] = [
  ...Object.entries(SETTINGS).flatMap(([of, { x, size, strides = size, padding = 'valid', rounding }]) => [
    defineCase('maxPool', of, {
      inputs: { x: distinct(...x) },
      run: ({ x }) => maxPool(x, size, strides, padding, rounding),
    }),
    defineCase('avgPool', of, {
      inputs: { x: normal(...x) },
      run: ({ x }) => avgPool(x, size, strides, padding, rounding),
    }),
  ]),
  defineCase('maxPool', 'of equal values', {
    inputs: { x: wholeFloats(0, 2, 2, 6, 6, 5) },
    run: ({ x }) => maxPool(x, 3, 2, 'same'),
    orders: 0,
  }),
  defineCase('maxPoolWithArgmax', '', {
    inputs: { x: distinct(2, 6, 7, 3) },
    run: ({ x }) => Object.values(maxPoolWithArgmax(x, 3, 2, 'same')),
  }),
  defineCase('maxPoolWithArgmax', 'counted through the batch', {
    inputs: { x: distinct(2, 6, 7, 3) },
    run: ({ x }) => Object.values(maxPoolWithArgmax(x, 3, 2, 'same', true)),
  }),
];
