import * as layers from '../../src/layers/index.js';
import type { Row } from './rows.js';

const SEQUENCE = [2, 4, 3];

const recurrent = (gates: number, bias: number[] | null = [gates * 5], inputs = 3) =>
  [
    ['kernel', [inputs, gates * 5]],
    ['recurrent_kernel', [5, gates * 5]],
    ...(bias ? [['bias', bias] as const] : []),
  ] as const;

/** [batch, time, height, width, channels] */
const FRAMES = [2, 3, 4, 5, 3];

const convolutional = (window: number[]) =>
  [
    ['kernel', [...window, 3, 8]],
    ['recurrent_kernel', [...window, 2, 8]],
    ['bias', [8]],
  ] as const;

export const recurrentRows: Row[] = [
  [
    'SimpleRNN',
    (c) => layers.simpleRNN({ ...c, units: 5, activation: 'softsign' }),
    { inputs: [SEQUENCE], output: [2, 5], weights: recurrent(1), free: [1] },
  ],
  [
    'SimpleRNN, sequences, no bias, dropout',
    (c) =>
      layers.simpleRNN({ ...c, units: 5, useBias: false, returnSequences: true, dropout: 0.4, recurrentDropout: 0.4 }),
    { inputs: [SEQUENCE], output: [2, 4, 5], weights: recurrent(1, null), differsInTraining: true },
  ],
  [
    'LSTM',
    (c) => layers.lstm({ ...c, units: 5 }),
    { inputs: [SEQUENCE], output: [2, 5], weights: recurrent(4), free: [1] },
  ],
  [
    'LSTM, sequences, backwards, with initial states',
    (c) => layers.lstm({ ...c, units: 5, returnSequences: true, goBackwards: true, unitForgetBias: false }),
    { inputs: [SEQUENCE, [2, 5], [2, 5]], output: [2, 4, 5], weights: recurrent(4) },
  ],
  [
    'LSTM, other activations, dropout of the input',
    (c) =>
      layers.lstm({
        ...c,
        units: 5,
        recurrentActivation: 'hardSigmoid',
        activation: 'softsign',
        dropout: 0.3,
      }),
    { inputs: [SEQUENCE], output: [2, 5], weights: recurrent(4), differsInTraining: true },
  ],
  [
    'ConvLSTM2D',
    (c) => layers.convLstm2d({ ...c, filters: 2, kernelSize: [3, 2], padding: 'same' }),
    { inputs: [FRAMES], output: [2, 4, 5, 2], weights: convolutional([3, 2]), free: [1] },
  ],
  [
    'ConvLSTM2D, strides, sequences, backwards, with initial states',
    (c) =>
      layers.convLstm2d({
        ...c,
        filters: 2,
        kernelSize: 2,
        strides: [1, 2],
        useBias: false,
        returnSequences: true,
        goBackwards: true,
      }),
    {
      inputs: [FRAMES, [2, 3, 2, 2], [2, 3, 2, 2]],
      output: [2, 3, 3, 2, 2],
      weights: convolutional([2, 2]).slice(0, 2),
    },
  ],
  [
    'ConvLSTM2D, dilation, other activations, dropout of input and state',
    (c) =>
      layers.convLstm2d({
        ...c,
        filters: 2,
        kernelSize: 2,
        dilationRate: 2,
        unitForgetBias: false,
        recurrentActivation: 'hardSigmoid',
        activation: 'softsign',
        dropout: 0.3,
        recurrentDropout: 0.3,
      }),
    { inputs: [FRAMES], output: [2, 2, 3, 2], weights: convolutional([2, 2]), differsInTraining: true },
  ],
  [
    'RNN of a ConvLSTM2DCell',
    (c) => layers.rnn({ ...c, cell: layers.convLstm2dCell({ dtype: c.dtype, filters: 2, kernelSize: 2 }) }),
    { inputs: [FRAMES], output: [2, 3, 4, 2], weights: convolutional([2, 2]) },
  ],
  [
    'LSTM, dropout of input and state',
    (c) => layers.lstm({ ...c, units: 5, dropout: 0.3, recurrentDropout: 0.3 }),
    { inputs: [SEQUENCE], output: [2, 5], weights: recurrent(4), differsInTraining: true },
  ],
  [
    'GRU',
    (c) => layers.gru({ ...c, units: 5 }),
    { inputs: [SEQUENCE], output: [2, 5], weights: recurrent(3, [2, 15]), free: [1] },
  ],
  [
    'GRU, reset before the product',
    (c) => layers.gru({ ...c, units: 5, resetAfter: false, returnSequences: true }),
    { inputs: [SEQUENCE], output: [2, 4, 5], weights: recurrent(3) },
  ],
  [
    'GRU, unrolled, with an initial state',
    (c) => layers.gru({ ...c, units: 5, unroll: true, returnSequences: true }),
    { inputs: [SEQUENCE, [2, 5]], output: [2, 4, 5], weights: recurrent(3, [2, 15]) },
  ],
  [
    'RNN of two cells',
    (c) =>
      layers.rnn({
        ...c,
        cell: [
          layers.lstmCell({ ...c, units: 5, name: undefined }),
          layers.gruCell({ ...c, units: 5, name: undefined }),
        ],
      }),
    { inputs: [SEQUENCE], output: [2, 5], weights: [...recurrent(4), ...recurrent(3, [2, 15], 5)] },
  ],
  [
    'RNN of one cell, sequences',
    (c) => layers.rnn({ ...c, cell: layers.simpleRNNCell({ ...c, units: 5, name: undefined }), returnSequences: true }),
    { inputs: [SEQUENCE], output: [2, 4, 5], weights: recurrent(1) },
  ],
  [
    'Bidirectional LSTM, sequences',
    (c) => layers.bidirectional({ ...c, layer: layers.lstm({ dtype: c.dtype, units: 5, returnSequences: true }) }),
    { inputs: [SEQUENCE], output: [2, 4, 10], weights: [...recurrent(4), ...recurrent(4)] },
  ],
  [
    'Bidirectional GRU, sum',
    (c) => layers.bidirectional({ ...c, layer: layers.gru({ dtype: c.dtype, units: 5 }), mergeMode: 'sum' }),
    { inputs: [SEQUENCE], output: [2, 5], weights: [...recurrent(3, [2, 15]), ...recurrent(3, [2, 15])] },
  ],
  [
    'TimeDistributed',
    (c) => layers.timeDistributed({ ...c, layer: layers.dense({ dtype: c.dtype, units: 6 }) }),
    {
      inputs: [SEQUENCE],
      output: [2, 4, 6],
      weights: [
        ['kernel', [3, 6]],
        ['bias', [6]],
      ],
      free: [1],
    },
  ],
  ['RepeatVector', (c) => layers.repeatVector({ ...c, n: 4 }), { inputs: [[2, 3]], output: [2, 4, 3] }],
  ['Masking', (c) => layers.masking({ ...c, maskValue: 0.5 }), { inputs: [SEQUENCE], output: SEQUENCE, free: [1] }],
  [
    'Embedding',
    (c) => layers.embedding({ ...c, inputDim: 7, outputDim: 3, maskZero: true }),
    { inputs: [[2, 4]], output: [2, 4, 3], weights: [['embeddings', [7, 3]]], integersBelow: 7, free: [1] },
  ],
];
