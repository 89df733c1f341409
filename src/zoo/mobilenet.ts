import { type Given, number, positiveInteger, readOptions } from '../base/options.js';
import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import {
  activation,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  dropout,
  globalAveragePooling2d,
  reLU,
  reshape,
  zeroPadding2d,
} from '../layers/index.js';
import { applicationOptions, pooledFeatures } from './options.js';

/** The paper's table 1: output channels and strides of each block. */
const BLOCKS = [
  { filters: 64, strides: 1 },
  { filters: 128, strides: 2 },
  { filters: 128, strides: 1 },
  { filters: 256, strides: 2 },
  { filters: 256, strides: 1 },
  { filters: 512, strides: 2 },
  { filters: 512, strides: 1 },
  { filters: 512, strides: 1 },
  { filters: 512, strides: 1 },
  { filters: 512, strides: 1 },
  { filters: 512, strides: 1 },
  { filters: 1024, strides: 2 },
  { filters: 1024, strides: 1 },
] as const;

const OPTIONS = {
  ...applicationOptions({ inputShape: [224, 224, 3], classes: 1000 }),
  /** Factor for the channels of every layer, the paper's width multiplier; default 1. */
  alpha: number({ above: 0 }).default(1),
  /** Outputs of the depthwise convolutions for each channel; default 1. */
  depthMultiplier: positiveInteger().default(1),
  /** Dropout rate before the classifier; default 0.001. */
  dropout: number({ min: 0, below: 1 }).default(0.001),
};

export type MobileNetOptions = Given<typeof OPTIONS>;

/** Batch norm, relu6. */
function activate(x: SymbolicTensor, name: string): SymbolicTensor {
  return reLU({ maxValue: 6, name: `${name}_relu` }).apply(batchNormalization({ name: `${name}_bn` }).apply(x));
}

/** The paper's figure 3: filter each channel, then join channels by a 1×1 convolution. */
function separableBlock(x: SymbolicTensor, filters: number, strides: number, depthMultiplier: number, block: number) {
  const halving = strides === 2;
  const padding = [
    [0, 1],
    [0, 1],
  ] as const;
  let y = halving ? zeroPadding2d({ padding, name: `conv_pad_${block}` }).apply(x) : x;
  const depthwise = { kernelSize: 3, strides, padding: halving ? 'valid' : 'same', useBias: false } as const;
  y = depthwiseConv2d({ ...depthwise, depthMultiplier, name: `conv_dw_${block}` }).apply(y);
  y = activate(y, `conv_dw_${block}`);
  y = conv2d({ filters, kernelSize: 1, padding: 'same', useBias: false, name: `conv_pw_${block}` }).apply(y);
  return activate(y, `conv_pw_${block}`);
}

/**
 * MobileNet, version 1, as in keras.applications. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `alpha`, `depthMultiplier`, `dropout`,
 *   `includeTop`, `pooling`
 * @throws ValueError for an alpha that leaves a layer without channels or a pooling that is unknown
 * @see Howard et al., "MobileNets: Efficient Convolutional Neural Networks for Mobile Vision Applications",
 *   arXiv:1704.04861
 * @example mobilenet({ alpha: 0.25, inputShape: [128, 128, 3], classes: 5 }).summary();
 */
export function mobilenet(options?: MobileNetOptions): Model {
  const read = readOptions('mobilenet', OPTIONS, options);
  const { inputShape, classes, includeTop, pooling, classifierActivation, alpha, depthMultiplier } = read;
  const name = read.name ?? `mobilenet_${alpha.toFixed(2)}_${inputShape[0]}`;
  const inputs = input({ shape: inputShape });
  const stem = { filters: Math.trunc(32 * alpha), kernelSize: 3, strides: 2, useBias: false } as const;
  let x = activate(conv2d({ ...stem, padding: 'same', name: 'conv1' }).apply(inputs), 'conv1');
  for (const [index, { filters, strides }] of BLOCKS.entries()) {
    x = separableBlock(x, Math.trunc(filters * alpha), strides, depthMultiplier, index + 1);
  }
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(x, pooling), name });
  x = globalAveragePooling2d({ keepDims: true }).apply(x);
  x = dropout({ rate: read.dropout, name: 'dropout' }).apply(x);
  x = conv2d({ filters: classes, kernelSize: 1, padding: 'same', name: 'conv_preds' }).apply(x);
  x = reshape({ targetShape: [classes], name: 'reshape_2' }).apply(x);
  const outputs = activation({ activation: classifierActivation ?? 'linear', name: 'predictions' }).apply(x);
  return model({ inputs, outputs, name });
}
