import * as layers from '../../src/layers/index.js';
import type { Row } from './rows.js';

const LINES = [2, 7, 4];
const VOLUMES = [2, 4, 5, 3, 2];
const IMAGE = [2, 6, 5, 4];

const lines: Row[] = [
  [
    'Conv1D, strides, same, relu',
    (c) => layers.conv1d({ ...c, filters: 3, kernelSize: 3, strides: 2, padding: 'same', activation: 'softsign' }),
    {
      inputs: [LINES],
      output: [2, 4, 3],
      weights: [
        ['kernel', [3, 4, 3]],
        ['bias', [3]],
      ],
      free: [1],
    },
  ],
  [
    'Conv1D, causal, dilation, groups, no bias',
    (c) =>
      layers.conv1d({
        ...c,
        filters: 4,
        kernelSize: [2],
        dilationRate: 3,
        groups: 2,
        padding: 'causal',
        useBias: false,
      }),
    { inputs: [LINES], output: [2, 7, 4], weights: [['kernel', [2, 2, 4]]], free: [1] },
  ],
  [
    'Conv1DTranspose, output padding',
    (c) => layers.conv1dTranspose({ ...c, filters: 3, kernelSize: 2, strides: 3, outputPadding: 1 }),
    {
      inputs: [LINES],
      output: [2, 21, 3],
      weights: [
        ['kernel', [2, 3, 4]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Conv1DTranspose, same',
    (c) => layers.conv1dTranspose({ ...c, filters: 3, kernelSize: 3, strides: 2, padding: 'same', useBias: false }),
    { inputs: [LINES], output: [2, 14, 3], weights: [['kernel', [3, 3, 4]]] },
  ],
  [
    'DepthwiseConv1D',
    (c) => layers.depthwiseConv1d({ ...c, kernelSize: 3, depthMultiplier: 2, strides: 2 }),
    {
      inputs: [LINES],
      output: [2, 3, 8],
      weights: [
        ['kernel', [3, 4, 2]],
        ['bias', [8]],
      ],
    },
  ],
  [
    'SeparableConv1D',
    (c) => layers.separableConv1d({ ...c, filters: 3, kernelSize: 2, padding: 'causal' }),
    {
      inputs: [LINES],
      output: [2, 7, 3],
      weights: [
        ['depthwise_kernel', [2, 4, 1]],
        ['pointwise_kernel', [1, 4, 3]],
        ['bias', [3]],
      ],
    },
  ],
  ['MaxPooling1D', (c) => layers.maxPooling1d(c), { inputs: [LINES], output: [2, 3, 4] }],
  [
    'AveragePooling1D, same',
    (c) => layers.averagePooling1d({ ...c, poolSize: 3, strides: 2, padding: 'same' }),
    { inputs: [LINES], output: [2, 4, 4] },
  ],
  ['GlobalMaxPooling1D', (c) => layers.globalMaxPooling1d(c), { inputs: [LINES], output: [2, 4], free: [1] }],
  [
    'GlobalAveragePooling1D',
    (c) => layers.globalAveragePooling1d({ ...c, keepDims: true }),
    { inputs: [LINES], output: [2, 1, 4], free: [1] },
  ],
  ['Cropping1D', (c) => layers.cropping1d({ ...c, cropping: [1, 2] }), { inputs: [LINES], output: [2, 4, 4] }],
  ['ZeroPadding1D', (c) => layers.zeroPadding1d({ ...c, padding: [1, 2] }), { inputs: [LINES], output: [2, 10, 4] }],
  ['UpSampling1D', (c) => layers.upSampling1d({ ...c, size: 3 }), { inputs: [LINES], output: [2, 21, 4], free: [1] }],
  [
    'SpatialDropout1D',
    (c) => layers.spatialDropout1d({ ...c, rate: 0.5 }),
    { inputs: [LINES], output: LINES, differsInTraining: true },
  ],
];

const volumes: Row[] = [
  [
    'Conv3D, strides, same',
    (c) => layers.conv3d({ ...c, filters: 3, kernelSize: [3, 2, 2], strides: [2, 1, 2], padding: 'same' }),
    {
      inputs: [VOLUMES],
      output: [2, 2, 5, 2, 3],
      weights: [
        ['kernel', [3, 2, 2, 2, 3]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Conv3D, groups, dilation',
    (c) => layers.conv3d({ ...c, filters: 4, kernelSize: 2, groups: 2, dilationRate: [2, 1, 1], useBias: false }),
    { inputs: [VOLUMES], output: [2, 2, 4, 2, 4], weights: [['kernel', [2, 2, 2, 1, 4]]] },
  ],
  [
    'Conv3DTranspose',
    (c) => layers.conv3dTranspose({ ...c, filters: 3, kernelSize: [2, 3, 2], strides: [2, 1, 2] }),
    {
      inputs: [VOLUMES],
      output: [2, 8, 7, 6, 3],
      weights: [
        ['kernel', [2, 3, 2, 3, 2]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'Conv3DTranspose, same, output padding',
    (c) =>
      layers.conv3dTranspose({
        ...c,
        filters: 2,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        outputPadding: 1,
        useBias: false,
      }),
    { inputs: [VOLUMES], output: [2, 8, 10, 6, 2], weights: [['kernel', [3, 3, 3, 2, 2]]] },
  ],
  [
    'MaxPooling3D',
    (c) => layers.maxPooling3d({ ...c, poolSize: [2, 2, 1] }),
    { inputs: [VOLUMES], output: [2, 2, 2, 3, 2] },
  ],
  [
    'AveragePooling3D, same',
    (c) => layers.averagePooling3d({ ...c, padding: 'same' }),
    { inputs: [VOLUMES], output: [2, 2, 3, 2, 2] },
  ],
  ['GlobalMaxPooling3D', (c) => layers.globalMaxPooling3d(c), { inputs: [VOLUMES], output: [2, 2] }],
  ['GlobalAveragePooling3D', (c) => layers.globalAveragePooling3d(c), { inputs: [VOLUMES], output: [2, 2] }],
  [
    'Cropping3D',
    (c) =>
      layers.cropping3d({
        ...c,
        cropping: [
          [1, 0],
          [1, 2],
          [0, 1],
        ],
      }),
    { inputs: [VOLUMES], output: [2, 3, 2, 2, 2] },
  ],
  [
    'ZeroPadding3D',
    (c) => layers.zeroPadding3d({ ...c, padding: [1, 0, 2] }),
    { inputs: [VOLUMES], output: [2, 6, 5, 7, 2] },
  ],
  [
    'UpSampling3D',
    (c) => layers.upSampling3d({ ...c, size: [2, 1, 3] }),
    { inputs: [VOLUMES], output: [2, 8, 5, 9, 2] },
  ],
  [
    'SpatialDropout3D',
    (c) => layers.spatialDropout3d({ ...c, rate: 0.5 }),
    { inputs: [VOLUMES], output: VOLUMES, differsInTraining: true },
  ],
];

const SEQUENCES = [
  [2, 3, 4],
  [2, 5, 4],
];

const attention: Row[] = [
  [
    'MultiHeadAttention',
    (c) => layers.multiHeadAttention({ ...c, numHeads: 2, keyDim: 3 }),
    {
      inputs: SEQUENCES,
      output: [2, 3, 4],
      weights: [
        ...[0, 1, 2].flatMap(() => [['kernel', [4, 2, 3]] as const, ['bias', [2, 3]] as const]),
        ['kernel', [2, 3, 4]],
        ['bias', [4]],
      ],
    },
  ],
  [
    'MultiHeadAttention to itself, no bias, dropout',
    (c) =>
      layers.multiHeadAttention({
        ...c,
        numHeads: 2,
        keyDim: 3,
        valueDim: 2,
        outputShape: 5,
        useBias: false,
        dropout: 0.3,
      }),
    {
      inputs: [[2, 3, 4]],
      output: [2, 3, 5],
      weights: [
        ['kernel', [4, 2, 3]],
        ['kernel', [4, 2, 3]],
        ['kernel', [4, 2, 2]],
        ['kernel', [2, 2, 5]],
      ],
      differsInTraining: true,
    },
  ],
  [
    'Attention',
    (c) => layers.attention({ ...c, useScale: true }),
    { inputs: SEQUENCES, output: [2, 3, 4], weights: [['scale', []]] },
  ],
  [
    'Attention, concat, with keys',
    (c) => layers.attention({ ...c, scoreMode: 'concat' }),
    { inputs: [...SEQUENCES, [2, 5, 4]], output: [2, 3, 4], weights: [['concat_score_weight', []]] },
  ],
  [
    'AdditiveAttention',
    (c) => layers.additiveAttention(c),
    { inputs: SEQUENCES, output: [2, 3, 4], weights: [['scale', [4]]] },
  ],
  [
    'EinsumDense',
    (c) =>
      layers.einsumDense({
        ...c,
        equation: 'abc,cde->abde',
        outputShape: [null, 3, 2],
        biasAxes: 'de',
        activation: 'tanh',
      }),
    {
      inputs: [[2, 3, 4]],
      output: [2, 3, 3, 2],
      weights: [
        ['kernel', [4, 3, 2]],
        ['bias', [3, 2]],
      ],
      free: [1],
    },
  ],
  [
    'EinsumDense over any axes',
    (c) => layers.einsumDense({ ...c, equation: '...x,xy->...y', outputShape: 5 }),
    { inputs: [IMAGE], output: [2, 6, 5, 5], weights: [['kernel', [4, 5]]] },
  ],
];

const others: Row[] = [
  ['Identity', (c) => layers.identity(c), { inputs: [IMAGE], output: IMAGE }],
  [
    'RMSNormalization',
    (c) => layers.rmsNormalization(c),
    { inputs: [IMAGE], output: IMAGE, weights: [['scale', [4]]] },
  ],
  ['UnitNormalization', (c) => layers.unitNormalization({ ...c, axis: [1, 3] }), { inputs: [IMAGE], output: IMAGE }],
  [
    'LayerScale',
    (c) => layers.layerScale({ ...c, initValues: 0.1, projectionDim: 4 }),
    { inputs: [IMAGE], output: IMAGE, weights: [['gamma', [4]]] },
  ],
  [
    'StochasticDepth',
    (c) => layers.stochasticDepth({ ...c, dropPathRate: 0.5 }),
    { inputs: [[8, 3]], output: [8, 3], differsInTraining: true },
  ],
  [
    'AdaptiveAveragePooling2D',
    (c) => layers.adaptiveAveragePooling2d({ ...c, outputSize: [4, 2] }),
    { inputs: [IMAGE], output: [2, 4, 2, 4] },
  ],
  [
    'AdaptiveAveragePooling1D',
    (c) => layers.adaptiveAveragePooling1d({ ...c, outputSize: 4 }),
    { inputs: [[2, 7, 3]], output: [2, 4, 3], free: [1] },
  ],
  [
    'AdaptiveMaxPooling1D',
    (c) => layers.adaptiveMaxPooling1d({ ...c, outputSize: 3 }),
    { inputs: [[2, 7, 3]], output: [2, 3, 3], free: [1] },
  ],
  [
    'AdaptiveAveragePooling3D',
    (c) => layers.adaptiveAveragePooling3d({ ...c, outputSize: [2, 1, 3] }),
    { inputs: [[2, 3, 4, 5, 2]], output: [2, 2, 1, 3, 2] },
  ],
  [
    'AdaptiveMaxPooling3D',
    (c) => layers.adaptiveMaxPooling3d({ ...c, outputSize: 2 }),
    { inputs: [[2, 3, 4, 5, 2]], output: [2, 2, 2, 2, 2] },
  ],
  [
    'ActivityRegularization',
    (c) => layers.activityRegularization({ ...c, l1: 0.1, l2: 0.2 }),
    { inputs: [IMAGE], output: IMAGE },
  ],
  [
    'Dense with a penalty of its outputs',
    (c) => layers.dense({ ...c, units: 3, activityRegularizer: 'l2' }),
    {
      inputs: [[2, 4]],
      output: [2, 3],
      weights: [
        ['kernel', [4, 3]],
        ['bias', [3]],
      ],
    },
  ],
  [
    'GroupedQueryAttention',
    (c) => layers.groupedQueryAttention({ ...c, headDim: 3, numQueryHeads: 4, numKeyValueHeads: 2 }),
    {
      inputs: [
        [2, 3, 6],
        [2, 5, 6],
      ],
      output: [2, 3, 6],
      free: [],
      weights: [
        ['kernel', [6, 4, 3]],
        ['bias', [4, 3]],
        ['kernel', [6, 2, 3]],
        ['bias', [2, 3]],
        ['kernel', [6, 2, 3]],
        ['bias', [2, 3]],
        ['kernel', [4, 3, 6]],
        ['bias', [6]],
      ],
    },
  ],
  [
    'AdaptiveMaxPooling2D',
    (c) => layers.adaptiveMaxPooling2d({ ...c, outputSize: 3 }),
    { inputs: [IMAGE], output: [2, 3, 3, 4] },
  ],
  [
    'Conv2DTranspose, output padding',
    (c) =>
      layers.conv2dTranspose({
        ...c,
        filters: 2,
        kernelSize: 3,
        strides: 2,
        padding: 'same',
        outputPadding: [1, 0],
        useBias: false,
      }),
    { inputs: [[2, 3, 4, 2]], output: [2, 6, 7, 2], weights: [['kernel', [3, 3, 2, 2]]] },
  ],
];

export const familyRows: Row[] = [...lines, ...volumes, ...attention, ...others];
