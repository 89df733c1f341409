import {
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
  separableConv2d,
} from '../../src/ops/depthwise-conv2d.js';
import { type Case, defineCase } from '../support/case.js';
import { normal } from '../support/inputs.js';
import type { Setting } from './conv2d.js';

const SETTINGS: Readonly<Record<string, Setting>> = {
  '3×3 same': { x: [2, 7, 6, 19], filter: [3, 3, 19, 1], padding: 'same' },
  '3×3 valid, multiplier 2': { x: [2, 8, 7, 3], filter: [3, 3, 3, 2] },
  '3×3 same stride 2': { x: [1, 9, 8, 33], filter: [3, 3, 33, 1], strides: 2, padding: 'same' },
  '5×5 stride 2×1 same, multiplier 3': { x: [1, 9, 7, 2], filter: [5, 5, 2, 3], strides: [2, 1], padding: 'same' },
  'dilation 2': { x: [1, 9, 8, 4], filter: [3, 3, 4, 1], dilations: 2 },
  'uneven padding': {
    x: [1, 5, 6, 3],
    filter: [3, 2, 3, 1],
    padding: [
      [2, 0],
      [1, 2],
    ],
  },
  '1×1': { x: [1, 4, 5, 6], filter: [1, 1, 6, 1] },
};

export const depthwiseConv2dCases: readonly Case[] = [
  ...Object.entries(SETTINGS).map(([of, { x, filter, strides = 1, padding = 'valid', dilations = 1 }]) =>
    defineCase('depthwiseConv2d', of, {
      inputs: { x: normal(...x), filter: normal(...filter) },
      run: ({ x, filter }) => depthwiseConv2d(x, filter, strides, padding, 'NHWC', dilations),
    }),
  ),
  defineCase('depthwiseConv2dInputGradient', 'stride 2×1, multiplier 3', {
    inputs: { dy: normal(1, 5, 7, 6), filter: normal(5, 5, 2, 3) },
    run: ({ dy, filter }) =>
      depthwiseConv2dInputGradient(dy, filter, [1, 9, 7, 2], { strides: [2, 1], padding: 'same' }),
  }),
  defineCase('depthwiseConv2dFilterGradient', 'stride 2×1, multiplier 3', {
    inputs: { x: normal(1, 9, 7, 2), dy: normal(1, 5, 7, 6) },
    run: ({ x, dy }) => depthwiseConv2dFilterGradient(x, dy, [5, 5, 2, 3], { strides: [2, 1], padding: 'same' }),
  }),
  defineCase('depthwiseConv2d', 'of one image without a batch', {
    inputs: { x: normal(5, 4, 3), filter: normal(2, 2, 3, 2) },
    run: ({ x, filter }) => depthwiseConv2d(x, filter),
  }),
  defineCase('separableConv2d', '', {
    inputs: { x: normal(2, 6, 7, 3), depthwise: normal(3, 3, 3, 2), pointwise: normal(1, 1, 6, 5) },
    run: ({ x, depthwise, pointwise }) => separableConv2d(x, depthwise, pointwise, 1, 'same'),
  }),
];
