import type { Padding, Pair } from '../../src/base/geometry.js';
import { conv1d } from '../../src/ops/conv1d.js';
import {
  conv2d,
  conv2dFilterGradient,
  conv2dInputGradient,
  conv2dWithEpilogue,
  fusedConv2d,
} from '../../src/ops/conv2d.js';
import { conv2dTranspose } from '../../src/ops/conv2d-transpose.js';
import { type Case, defineCase } from '../support/case.js';
import { awayFrom, normal, uniform } from '../support/inputs.js';

/** A convolution but for its values. */
export interface Setting {
  readonly x: readonly number[];
  readonly filter: readonly number[];
  readonly strides?: Pair;
  readonly padding?: Padding;
  readonly dilations?: Pair;
  readonly groups?: number;
}

/** Channel counts are not multiples of 4, 8 or 16; images have odd edges. */
const SETTINGS: Readonly<Record<string, Setting>> = {
  '1×1': { x: [2, 6, 7, 33], filter: [1, 1, 33, 17] },
  '1×1 stride 2': { x: [2, 7, 6, 5], filter: [1, 1, 5, 19], strides: 2 },
  '1×1 padded': {
    x: [1, 4, 5, 3],
    filter: [1, 1, 3, 9],
    padding: [
      [1, 0],
      [0, 2],
    ],
  },
  '3×3 valid': { x: [2, 8, 7, 3], filter: [3, 3, 3, 4] },
  '3×3 same': { x: [1, 13, 11, 19], filter: [3, 3, 19, 21], padding: 'same' },
  '3×3 same, even channels': { x: [2, 9, 10, 16], filter: [3, 3, 16, 32], padding: 'same' },
  '3×3 same stride 2': { x: [2, 9, 8, 5], filter: [3, 3, 5, 6], strides: 2, padding: 'same' },
  '3×3 valid stride 2': { x: [1, 9, 11, 8], filter: [3, 3, 8, 8], strides: 2 },
  '5×5 same': { x: [2, 7, 9, 1], filter: [5, 5, 1, 6], padding: 'same' },
  '5×5 valid': { x: [1, 12, 14, 6], filter: [5, 5, 6, 16] },
  '7×7 stride 2 same': { x: [1, 15, 17, 3], filter: [7, 7, 3, 8], strides: 2, padding: 'same' },
  '11×11 stride 4 valid': { x: [1, 23, 27, 3], filter: [11, 11, 3, 4], strides: 4 },
  '2×2 same': { x: [1, 5, 6, 2], filter: [2, 2, 2, 3], padding: 'same' },
  '1×3 same': { x: [1, 5, 6, 3], filter: [1, 3, 3, 5], padding: 'same' },
  '3×1 stride 1×2': { x: [1, 6, 7, 3], filter: [3, 1, 3, 2], strides: [1, 2] },
  '4×3 stride 3×2 same': { x: [1, 10, 9, 2], filter: [4, 3, 2, 3], strides: [3, 2], padding: 'same' },
  'dilation 2 same': { x: [1, 9, 10, 3], filter: [3, 3, 3, 4], padding: 'same', dilations: 2 },
  'dilation 3×1 valid': { x: [1, 11, 8, 2], filter: [3, 2, 2, 5], dilations: [3, 1] },
  'dilation 2 stride 2': { x: [1, 11, 10, 2], filter: [3, 3, 2, 3], strides: 2, dilations: 2 },
  '2 groups': { x: [2, 7, 8, 4], filter: [3, 3, 2, 6], padding: 'same', groups: 2 },
  '3 groups of uneven width': { x: [1, 6, 5, 9], filter: [3, 3, 3, 15], groups: 3 },
  'as many groups as channels': { x: [1, 6, 5, 5], filter: [3, 3, 1, 10], padding: 'same', groups: 5 },
  'uneven padding': {
    x: [1, 5, 6, 3],
    filter: [3, 3, 3, 4],
    padding: [
      [2, 0],
      [1, 3],
    ],
  },
  'padding beyond the filter': {
    x: [1, 3, 4, 2],
    filter: [2, 2, 2, 3],
    padding: [
      [3, 2],
      [0, 3],
    ],
  },
  'filter as large as the image': { x: [3, 5, 4, 7], filter: [5, 4, 7, 10] },
  'filter larger than the image, same': { x: [1, 2, 3, 2], filter: [5, 5, 2, 3], padding: 'same' },
  // From such sizes on the wasm backend works in Winograd tiles.
  'tiles of 3×3 same': { x: [2, 11, 13, 27], filter: [3, 3, 27, 30], padding: 'same' },
  'tiles of 3×3 valid': { x: [2, 14, 15, 25], filter: [3, 3, 25, 25] },
  'tiles of 3×3, uneven padding beyond the filter': {
    x: [3, 9, 8, 32],
    filter: [3, 3, 32, 33],
    padding: [
      [3, 0],
      [1, 4],
    ],
  },
  'one pixel': { x: [1, 1, 1, 1], filter: [1, 1, 1, 1] },
  'no images': { x: [0, 5, 5, 2], filter: [3, 3, 2, 4] },
};

const optionsOf = ({ strides = 1, padding = 'valid', dilations = 1, groups = 1 }: Setting) => ({
  strides,
  padding,
  dilations,
  groups,
});

const settings = Object.entries(SETTINGS).map(([of, setting]) => {
  const { strides, padding, dilations, groups } = optionsOf(setting);
  return defineCase('conv2d', of, {
    inputs: { x: normal(...setting.x), filter: normal(...setting.filter) },
    run: ({ x, filter }) => conv2d(x, filter, strides, padding, 'NHWC', dilations, groups),
    tolerance: 3e-5,
  });
});

const ACTIVATIONS = ['relu', 'relu6', 'leakyRelu', 'elu', 'selu', 'sigmoid', 'tanh'] as const;

const fused = ACTIVATIONS.map((activation) =>
  defineCase('fusedConv2d', `with bias and ${activation}`, {
    // The products are small compared with the bias, which avoids the kinks.
    inputs: {
      x: uniform(-0.03, 0.03, 1, 6, 5, 4),
      filter: uniform(-0.03, 0.03, 3, 3, 4, 9),
      bias: awayFrom([0, 6], 4, 9),
    },
    run: ({ x, filter, bias }) => fusedConv2d({ x, filter, bias, activation, padding: 'same' }),
  }),
);

/** Output shapes of some settings, for the gradient ops. */
const OUTPUTS: Readonly<Record<string, readonly number[]>> = {
  '3×3 same stride 2': [2, 5, 4, 6],
  '2 groups': [2, 7, 8, 6],
  'dilation 2 same': [1, 9, 10, 4],
  'uneven padding': [1, 5, 8, 4],
};

const gradients = Object.entries(OUTPUTS).flatMap(([of, output]) => {
  const { x, filter } = SETTINGS[of];
  const options = optionsOf(SETTINGS[of]);
  return [
    defineCase('conv2dInputGradient', of, {
      inputs: { dy: normal(...output), filter: normal(...filter) },
      run: ({ dy, filter }) => conv2dInputGradient(dy, filter, x, options),
    }),
    defineCase('conv2dFilterGradient', of, {
      inputs: { x: normal(...x), dy: normal(...output) },
      run: ({ x, dy }) => conv2dFilterGradient(x, dy, filter, options),
    }),
  ];
});

export const conv2dCases: readonly Case[] = [
  ...settings,
  defineCase('conv2d', 'of one image without a batch', {
    inputs: { x: normal(5, 6, 3), filter: normal(3, 3, 3, 4) },
    run: ({ x, filter }) => conv2d(x, filter, 1, 'same'),
  }),
  ...fused,
  defineCase('fusedConv2d', 'with bias', {
    inputs: { x: normal(2, 5, 5, 3), filter: normal(3, 3, 3, 19), bias: normal(19) },
    run: ({ x, filter, bias }) => fusedConv2d({ x, filter, bias, strides: 2 }),
  }),
  defineCase('fusedConv2d', 'in tiles, with bias and relu6', {
    inputs: {
      x: uniform(-0.03, 0.03, 2, 8, 9, 25),
      filter: uniform(-0.03, 0.03, 3, 3, 25, 25),
      bias: awayFrom([0, 6], 4, 25),
    },
    run: ({ x, filter, bias }) => fusedConv2d({ x, filter, bias, activation: 'relu6', padding: 'same' }),
  }),
  ...gradients,
  defineCase('conv2dTranspose', 'stride 1 same', {
    inputs: { x: normal(2, 4, 5, 3), filter: normal(3, 3, 4, 3) },
    run: ({ x, filter }) => conv2dTranspose(x, filter, [2, 4, 5, 4], 1, 'same'),
  }),
  defineCase('conv2dTranspose', 'stride 2 same', {
    inputs: { x: normal(2, 4, 5, 3), filter: normal(3, 3, 19, 3) },
    run: ({ x, filter }) => conv2dTranspose(x, filter, [2, 8, 10, 19], 2, 'same'),
  }),
  defineCase('conv2dTranspose', 'stride 3×2 valid', {
    inputs: { x: normal(1, 3, 4, 5), filter: normal(2, 3, 2, 5) },
    run: ({ x, filter }) => conv2dTranspose(x, filter, [1, 9, 9, 2], [3, 2], 'valid'),
  }),
  defineCase('conv2d', 'padding on every side, a last window beyond it', {
    inputs: { x: normal(2, 6, 7, 3), filter: normal(3, 2, 3, 5) },
    run: ({ x, filter }) => conv2d(x, filter, [2, 3], 1, 'NHWC', 1, 'ceil'),
  }),
  defineCase('conv2dWithEpilogue', 'with bias and tanh', {
    inputs: { x: normal(2, 4, 5, 3), filter: normal(3, 3, 3, 4), bias: normal(4) },
    run: ({ x, filter, bias }) =>
      conv2dWithEpilogue(x, filter, bias, {
        strides: 1,
        padding: 'same',
        dilations: 1,
        groups: 1,
        activation: 'tanh',
        alpha: 0,
      }),
  }),
  defineCase('conv1d', 'dilation 2 same', {
    inputs: { x: normal(2, 19, 3), filter: normal(3, 3, 5) },
    run: ({ x, filter }) => conv1d(x, filter, 1, 'same', 'NWC', 2),
  }),
  defineCase('conv1d', 'padding on both sides, without a batch', {
    inputs: { x: normal(19, 3), filter: normal(4, 3, 5) },
    run: ({ x, filter }) => conv1d(x, filter, 3, 2),
  }),
  defineCase('conv1d', 'stride 2 valid', {
    inputs: { x: normal(2, 19, 3), filter: normal(4, 3, 5) },
    run: ({ x, filter }) => conv1d(x, filter, 2),
  }),
];
