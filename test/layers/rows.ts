import { registerFunction } from '../../src/base/serialization.js';
import type { Layer } from '../../src/layers/base/layer.js';
import * as layers from '../../src/layers/index.js';
import { mul } from '../../src/ops/arithmetic.js';
import type { Tensor } from '../../src/tensor/tensor.js';
import type { Common, LayerExpectation } from './check-layer.js';
import { familyRows } from './family-rows.js';
import { recurrentRows } from './sequence-rows.js';

registerFunction('rowTwice', (x: Tensor) => mul(x, 2));

/** A layer with some options, and what is expected of it. */
export type Row = readonly [label: string, make: (common: Common) => Layer, expectation: LayerExpectation];

const IMAGE = [2, 6, 5, 4];

const convolutions: Row[] = [
  [
    'Conv2D, strides, same, fused relu',
    (c) => layers.conv2d({ ...c, filters: 3, kernelSize: [3, 2], strides: 2, padding: 'same', activation: 'relu' }),
    {
      inputs: [IMAGE],
      output: [2, 3, 3, 3],
      weights: [
        ['kernel', [3, 2, 4, 3]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Conv2D, groups, dilation, no bias, sigmoid after the kernel',
    (c) =>
      layers.conv2d({
        ...c,
        filters: 4,
        kernelSize: 2,
        dilationRate: 2,
        groups: 2,
        useBias: false,
        activation: 'sigmoid',
      }),
    { inputs: [IMAGE], output: [2, 4, 3, 4], weights: [['kernel', [2, 2, 2, 4]]] },
  ],
  [
    'Conv2DTranspose, valid',
    (c) => layers.conv2dTranspose({ ...c, filters: 3, kernelSize: 3, strides: 2, activation: 'tanh' }),
    {
      inputs: [[2, 3, 4, 2]],
      output: [2, 7, 9, 3],
      weights: [
        ['kernel', [3, 3, 3, 2]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Conv2DTranspose, same',
    (c) => layers.conv2dTranspose({ ...c, filters: 1, kernelSize: 3, strides: [2, 1], padding: 'same' }),
    {
      inputs: [[2, 3, 4, 2]],
      output: [2, 6, 4, 1],
      weights: [
        ['kernel', [3, 3, 1, 2]],
        ['bias', [1]],
      ],
    },
  ],
  [
    'DepthwiseConv2D',
    (c) => layers.depthwiseConv2d({ ...c, kernelSize: 3, depthMultiplier: 2, padding: 'same', activation: 'elu' }),
    {
      inputs: [IMAGE],
      output: [2, 6, 5, 8],
      weights: [
        ['kernel', [3, 3, 4, 2]],
        ['bias', [8]],
      ],
    },
  ],
  [
    'SeparableConv2D',
    (c) => layers.separableConv2d({ ...c, filters: 3, kernelSize: 2, depthMultiplier: 2, activation: 'relu' }),
    {
      inputs: [IMAGE],
      output: [2, 5, 4, 3],
      weights: [
        ['depthwise_kernel', [2, 2, 4, 2]],
        ['pointwise_kernel', [1, 1, 8, 3]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Dense',
    (c) => layers.dense({ ...c, units: 3, activation: 'softmax' }),
    {
      inputs: [[4, 5]],
      output: [4, 3],
      weights: [
        ['kernel', [5, 3]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Dense, rank 4, no bias',
    (c) => layers.dense({ ...c, units: 3, useBias: false, activation: 'leaky_relu' }),
    { inputs: [[2, 3, 2, 5]], output: [2, 3, 2, 3], weights: [['kernel', [5, 3]]] },
  ],
];

const NORM = (size: number): NonNullable<LayerExpectation['weights']> => [
  ['gamma', [size]],
  ['beta', [size]],
];
const BATCH_NORM = (size: number): NonNullable<LayerExpectation['weights']> => [
  ...NORM(size),
  ['moving_mean', [size]],
  ['moving_variance', [size]],
];

const normalizations: Row[] = [
  [
    'BatchNormalization',
    (c) => layers.batchNormalization(c),
    { inputs: [IMAGE], output: IMAGE, weights: BATCH_NORM(4), trainable: 2, differsInTraining: true },
  ],
  [
    'BatchNormalization, no gamma or beta, first axis after the batch',
    (c) => layers.batchNormalization({ ...c, axis: 1, center: false, scale: false, momentum: 1 }),
    {
      inputs: [[3, 4, 5]],
      output: [3, 4, 5],
      weights: BATCH_NORM(4).slice(2),
      trainable: 0,
      differsInTraining: true,
    },
  ],
  ['LayerNormalization', (c) => layers.layerNormalization(c), { inputs: [IMAGE], output: IMAGE, weights: NORM(4) }],
  [
    'LayerNormalization, axes apart',
    (c) => layers.layerNormalization({ ...c, axis: [1, 3], epsilon: 0.1 }),
    {
      inputs: [IMAGE],
      output: IMAGE,
      weights: [
        ['gamma', [6, 4]],
        ['beta', [6, 4]],
      ],
      free: [2],
    },
  ],
  [
    'GroupNormalization',
    (c) => layers.groupNormalization({ ...c, groups: 2 }),
    { inputs: [IMAGE], output: IMAGE, weights: NORM(4) },
  ],
  [
    'GroupNormalization, a group a channel',
    (c) => layers.groupNormalization({ ...c, groups: -1, center: false, scale: false }),
    { inputs: [[3, 6, 4]], output: [3, 6, 4], free: [1] },
  ],
  [
    'LocalResponseNormalization',
    (c) => layers.localResponseNormalization({ ...c, n: 3, alpha: 0.5 }),
    { inputs: [IMAGE], output: IMAGE },
  ],
  [
    'Normalization, learnt',
    (c) => layers.normalization(c),
    {
      inputs: [IMAGE],
      output: IMAGE,
      weights: [
        ['mean', [4]],
        ['variance', [4]],
        ['count', []],
      ],
      trainable: 0,
    },
  ],
  [
    'Normalization, given, inverse',
    (c) => layers.normalization({ ...c, mean: [1, 2, 3, 4], variance: 4, invert: true }),
    { inputs: [IMAGE], output: IMAGE },
  ],
  [
    'CategoryEncoding, counts',
    (c) => layers.categoryEncoding({ ...c, numTokens: 6, outputMode: 'count' }),
    { inputs: [[3, 4]], output: [3, 6], free: [1], integersBelow: 6 },
  ],
  [
    'CategoryEncoding, one-hot',
    (c) => layers.categoryEncoding({ ...c, numTokens: 6, outputMode: 'oneHot' }),
    { inputs: [[3, 4]], output: [3, 4, 6], free: [1], integersBelow: 6 },
  ],
  ['Rescaling', (c) => layers.rescaling({ ...c, scale: 1 / 255, offset: -1 }), { inputs: [IMAGE], output: IMAGE }],
  [
    'Rescaling by channel',
    (c) => layers.rescaling({ ...c, scale: [1, 2, 3, 4], offset: [0, 1, 0, 1] }),
    { inputs: [IMAGE], output: IMAGE },
  ],
];

const pooling: Row[] = [
  ['MaxPooling2D', (c) => layers.maxPooling2d(c), { inputs: [IMAGE], output: [2, 3, 2, 4] }],
  [
    'MaxPooling2D, overlapping, same',
    (c) => layers.maxPool2d({ ...c, poolSize: 3, strides: [2, 1], padding: 'same' }),
    { inputs: [IMAGE], output: [2, 3, 5, 4] },
  ],
  [
    'AveragePooling2D',
    (c) => layers.avgPool2d({ ...c, poolSize: [3, 2], padding: 'same' }),
    { inputs: [IMAGE], output: [2, 2, 3, 4] },
  ],
  ['GlobalMaxPooling2D', (c) => layers.globalMaxPooling2d(c), { inputs: [IMAGE], output: [2, 4] }],
  [
    'GlobalAveragePooling2D',
    (c) => layers.globalAveragePooling2d({ ...c, keepDims: true }),
    { inputs: [IMAGE], output: [2, 1, 1, 4] },
  ],
];

const activations: Row[] = [
  ...['relu', 'sigmoid', 'tanh', 'softmax', 'softplus', 'softsign', 'selu', 'gelu', 'silu', 'linear'].map(
    (activation): Row => [
      `Activation ${activation}`,
      (c) => layers.activation({ ...c, activation }),
      { inputs: [[3, 4]], output: [3, 4], free: [1] },
    ],
  ),
  ['ReLU', (c) => layers.reLU(c), { inputs: [IMAGE], output: IMAGE }],
  ['ReLU up to 6', (c) => layers.reLU({ ...c, maxValue: 6 }), { inputs: [IMAGE], output: IMAGE, scale: 5 }],
  ['ReLU up to 1', (c) => layers.reLU({ ...c, maxValue: 1 }), { inputs: [IMAGE], output: IMAGE }],
  [
    'ReLU, threshold and slope',
    (c) => layers.reLU({ ...c, maxValue: 2, negativeSlope: 0.1, threshold: 0.5 }),
    { inputs: [IMAGE], output: IMAGE },
  ],
  ['LeakyReLU', (c) => layers.leakyReLU({ ...c, alpha: 0.1 }), { inputs: [IMAGE], output: IMAGE }],
  ['PReLU', (c) => layers.prelu(c), { inputs: [[3, 4]], output: [3, 4], weights: [['alpha', [4]]] }],
  [
    'PReLU, shared axes',
    (c) => layers.prelu({ ...c, sharedAxes: [1, 2], alphaInitializer: 'ones' }),
    { inputs: [IMAGE], output: IMAGE, weights: [['alpha', [1, 1, 4]]] },
  ],
  ['ELU', (c) => layers.elu({ ...c, alpha: 0.7 }), { inputs: [IMAGE], output: IMAGE }],
  ['ThresholdedReLU', (c) => layers.thresholdedReLU({ ...c, theta: 0.5 }), { inputs: [IMAGE], output: IMAGE }],
  ['Softmax', (c) => layers.softmax(c), { inputs: [[3, 4]], output: [3, 4], free: [1] }],
  ['Softmax over rows', (c) => layers.softmax({ ...c, axis: 1 }), { inputs: [IMAGE], output: IMAGE }],
];

const noise: Row[] = [
  ['Dropout', (c) => layers.dropout({ ...c, rate: 0.5 }), { inputs: [IMAGE], output: IMAGE, differsInTraining: true }],
  [
    'Dropout, noise shape',
    (c) => layers.dropout({ ...c, rate: 0.5, noiseShape: [null, 1, null, 1] }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  ['Dropout of nothing', (c) => layers.dropout({ ...c, rate: 0 }), { inputs: [IMAGE], output: IMAGE }],
  [
    'SpatialDropout2D',
    (c) => layers.spatialDropout2d({ ...c, rate: 0.5 }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'GaussianNoise',
    (c) => layers.gaussianNoise({ ...c, stddev: 0.1 }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'GaussianDropout',
    (c) => layers.gaussianDropout({ ...c, rate: 0.2 }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'AlphaDropout',
    (c) => layers.alphaDropout({ ...c, rate: 0.2 }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
];

const shapes: Row[] = [
  ['InputLayer', (c) => layers.inputLayer({ ...c, inputShape: [3] }), { inputs: [[2, 3]], output: [2, 3] }],
  ['Flatten', (c) => layers.flatten(c), { inputs: [IMAGE], output: [2, 120] }],
  ['Reshape', (c) => layers.reshape({ ...c, targetShape: [5, -1] }), { inputs: [IMAGE], output: [2, 5, 24] }],
  ['Permute', (c) => layers.permute({ ...c, dims: [3, 1, 2] }), { inputs: [IMAGE], output: [2, 4, 6, 5] }],
  ['ZeroPadding2D', (c) => layers.zeroPadding2d({ ...c, padding: 3 }), { inputs: [IMAGE], output: [2, 12, 11, 4] }],
  [
    'Cropping2D',
    (c) =>
      layers.cropping2D({
        ...c,
        cropping: [
          [1, 2],
          [0, 1],
        ],
      }),
    { inputs: [IMAGE], output: [2, 3, 4, 4] },
  ],
  ['UpSampling2D', (c) => layers.upSampling2d(c), { inputs: [IMAGE], output: [2, 12, 10, 4] }],
  [
    'UpSampling2D, bilinear',
    (c) => layers.upSampling2d({ ...c, size: [2, 3], interpolation: 'bilinear' }),
    { inputs: [IMAGE], output: [2, 12, 15, 4] },
  ],
  [
    'Resizing, bicubic',
    (c) => layers.resizing({ ...c, height: 4, width: 7, interpolation: 'bicubic' }),
    { inputs: [IMAGE], output: [2, 4, 7, 4] },
  ],
  [
    'Resizing, with a border',
    (c) => layers.resizing({ ...c, height: 4, width: 8, padToAspectRatio: true, fillValue: 0.5 }),
    { inputs: [IMAGE], output: [2, 4, 8, 4] },
  ],
  [
    'Resizing, proportions kept',
    (c) => layers.resizing({ ...c, height: 2, width: 5, interpolation: 'nearest', cropToAspectRatio: true }),
    { inputs: [IMAGE], output: [2, 2, 5, 4] },
  ],
  ['CenterCrop', (c) => layers.centerCrop({ ...c, height: 3, width: 4 }), { inputs: [IMAGE], output: [2, 3, 4, 4] }],
  [
    'CenterCrop of what is too small',
    (c) => layers.centerCrop({ ...c, height: 8, width: 8 }),
    { inputs: [IMAGE], output: [2, 8, 8, 4] },
  ],
];

const pairOf = (...shape: number[]): number[][] => [shape, shape];

const merges: Row[] = [
  ['Add', (c) => layers.add(c), { inputs: [...pairOf(2, 3), [2, 3]], output: [2, 3] }],
  ['Add, broadcast', (c) => layers.add(c), { inputs: [IMAGE, [2, 1, 1, 4]], output: IMAGE, free: [] }],
  ['Subtract', (c) => layers.subtract(c), { inputs: pairOf(2, 3), output: [2, 3] }],
  ['Multiply', (c) => layers.multiply(c), { inputs: pairOf(2, 3), output: [2, 3] }],
  ['Average', (c) => layers.average(c), { inputs: [...pairOf(2, 3), [2, 3]], output: [2, 3] }],
  ['Maximum', (c) => layers.maximum(c), { inputs: pairOf(2, 3), output: [2, 3] }],
  ['Minimum', (c) => layers.minimum(c), { inputs: pairOf(2, 3), output: [2, 3] }],
  ['Concatenate', (c) => layers.concatenate(c), { inputs: [IMAGE, [2, 6, 5, 1]], output: [2, 6, 5, 5] }],
  [
    'Concatenate along rows',
    (c) => layers.concatenate({ ...c, axis: 1 }),
    { inputs: [IMAGE, [2, 2, 5, 4]], output: [2, 8, 5, 4], free: [2] },
  ],
  ['Dot of vectors', (c) => layers.dot({ ...c, axes: 1, normalize: true }), { inputs: pairOf(3, 4), output: [3, 1] }],
  [
    'Dot of matrices',
    (c) => layers.dot({ ...c, axes: [1, 2] }),
    {
      inputs: [
        [2, 3, 4],
        [2, 5, 3],
      ],
      output: [2, 4, 5],
    },
  ],
];

const random: Row[] = [
  ['RandomFlip', (c) => layers.randomFlip(c), { inputs: [IMAGE], output: IMAGE, differsInTraining: true }],
  [
    'RandomRotation',
    (c) => layers.randomRotation({ ...c, factor: 0.2 }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'RandomTranslation',
    (c) =>
      layers.randomTranslation({
        ...c,
        heightFactor: 0.3,
        widthFactor: [0.1, 0.3],
        fillMode: 'constant',
        fillValue: 2,
      }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'RandomZoom',
    (c) => layers.randomZoom({ ...c, heightFactor: 0.3, interpolation: 'nearest', fillMode: 'wrap' }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'RandomCrop',
    (c) => layers.randomCrop({ ...c, height: 3, width: 2 }),
    { inputs: [IMAGE], output: [2, 3, 2, 4], differsInTraining: true },
  ],
  [
    'RandomWidth',
    (c) => layers.randomWidth({ ...c, factor: [0.3, 0.5] }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true, resizesInTraining: true },
  ],
  [
    'RandomContrast',
    (c) => layers.randomContrast({ ...c, factor: [0.2, 0.6], valueRange: [-1, 1] }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
  [
    'RandomBrightness',
    (c) => layers.randomBrightness({ ...c, factor: 0.2, valueRange: [-2, 2] }),
    { inputs: [IMAGE], output: IMAGE, differsInTraining: true },
  ],
];

const functions: Row[] = [
  [
    'OpLayer, division by a number',
    (c) => layers.operation({ ...c, operation: 'Divide', operands: [null, 255] }),
    { inputs: [IMAGE], output: IMAGE },
  ],
  [
    'OpLayer, the difference of two inputs',
    (c) => layers.operation({ ...c, operation: 'Subtract', operands: [null, null] }),
    { inputs: [IMAGE, IMAGE], output: IMAGE },
  ],
  [
    'OpLayer, mean over two axes',
    (c) => layers.operation({ ...c, operation: 'Mean', settings: { axis: [1, 2], keepdims: true } }),
    { inputs: [IMAGE], output: [2, 1, 1, 4] },
  ],
  ['Lambda', (c) => layers.lambda({ ...c, function: 'rowTwice' }), { inputs: [IMAGE], output: IMAGE }],
];

/** Every layer, in the ways that matter. */
export const rows: readonly Row[] = [
  ...convolutions,
  ...normalizations,
  ...pooling,
  ...activations,
  ...noise,
  ...shapes,
  ...merges,
  ...random,
  ...functions,
  ...recurrentRows,
  ...familyRows,
];
