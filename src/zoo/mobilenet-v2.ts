import { type Given, number, readOptions } from '../base/options.js';
import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import {
  add,
  batchNormalization,
  conv2d,
  dense,
  depthwiseConv2d,
  globalAveragePooling2d,
  reLU,
} from '../layers/index.js';
import { padForHalving, roundChannels } from './mobile-blocks.js';
import { applicationOptions, pooledFeatures } from './options.js';

/** The paper's table 2: expansion of the channels, output channels, blocks, strides of the first block. */
const STAGES = [
  { expansion: 1, filters: 16, blocks: 1, strides: 1 },
  { expansion: 6, filters: 24, blocks: 2, strides: 2 },
  { expansion: 6, filters: 32, blocks: 3, strides: 2 },
  { expansion: 6, filters: 64, blocks: 4, strides: 2 },
  { expansion: 6, filters: 96, blocks: 3, strides: 1 },
  { expansion: 6, filters: 160, blocks: 3, strides: 2 },
  { expansion: 6, filters: 320, blocks: 1, strides: 1 },
] as const;

const OPTIONS = {
  ...applicationOptions({ inputShape: [224, 224, 3], classes: 1000 }),
  /** Factor for the channels of every layer, the paper's width multiplier; default 1. */
  alpha: number({ above: 0 }).default(1),
};

export type MobileNetV2Options = Given<typeof OPTIONS>;

const normalize = (x: SymbolicTensor, name: string) => batchNormalization({ momentum: 0.999, name }).apply(x);
const relu6 = (x: SymbolicTensor, name: string) => reLU({ maxValue: 6, name }).apply(x);

/** A 1×1 convolution without bias, batch norm. */
function pointwise(x: SymbolicTensor, filters: number, name: string, normName: string): SymbolicTensor {
  return normalize(conv2d({ filters, kernelSize: 1, padding: 'same', useBias: false, name }).apply(x), normName);
}

/** The paper's figure 4d: expand, filter each channel, project without an activation; a shortcut if shapes agree. */
function invertedResidual(x: SymbolicTensor, filters: number, strides: number, expansion: number, block: number) {
  const prefix = block === 0 ? 'expanded_conv' : `block_${block}`;
  const channels = x.shape.at(-1) as number;
  let y = x;
  if (block > 0) {
    y = pointwise(y, expansion * channels, `${prefix}_expand`, `${prefix}_expand_BN`);
    y = relu6(y, `${prefix}_expand_relu`);
  }
  if (strides === 2) y = padForHalving(y, 3, `${prefix}_pad`);
  const padding = strides === 2 ? 'valid' : 'same';
  y = depthwiseConv2d({ kernelSize: 3, strides, padding, useBias: false, name: `${prefix}_depthwise` }).apply(y);
  y = relu6(normalize(y, `${prefix}_depthwise_BN`), `${prefix}_depthwise_relu`);
  y = pointwise(y, filters, `${prefix}_project`, `${prefix}_project_BN`);
  return strides === 1 && channels === filters ? add({ name: `${prefix}_add` }).apply([x, y]) : y;
}

/**
 * MobileNetV2 as in keras.applications. Images are scaled to −1–1: `preprocessImages(images, 'tf')`.
 * @param options `inputShape` default [224, 224, 3], `classes` default 1000, `alpha`, `includeTop`, `pooling`
 * @throws ValueError for an alpha that is not positive or a pooling that is unknown
 * @see Sandler et al., "MobileNetV2: Inverted Residuals and Linear Bottlenecks", arXiv:1801.04381
 * @example mobilenetV2({ alpha: 0.5, inputShape: [96, 96, 3], classes: 5 }).summary();
 */
export function mobilenetV2(options?: MobileNetV2Options): Model {
  const { inputShape, classes, includeTop, pooling, classifierActivation, alpha, ...given } = readOptions(
    'mobilenetV2',
    OPTIONS,
    options,
  );
  const name = given.name ?? `mobilenetv2_${alpha.toFixed(2)}_${inputShape[0]}`;
  const inputs = input({ shape: inputShape });
  const stem = { filters: roundChannels(32 * alpha), kernelSize: 3, strides: 2, useBias: false } as const;
  let x = conv2d({ ...stem, padding: 'same', name: 'Conv1' }).apply(inputs);
  x = relu6(normalize(x, 'bn_Conv1'), 'Conv1_relu');
  let block = 0;
  for (const { expansion, filters, blocks, strides } of STAGES) {
    const scaled = roundChannels(Math.trunc(filters * alpha));
    for (let i = 0; i < blocks; i++) x = invertedResidual(x, scaled, i === 0 ? strides : 1, expansion, block++);
  }
  // The last convolution is never narrowed.
  x = pointwise(x, alpha > 1 ? roundChannels(1280 * alpha) : 1280, 'Conv_1', 'Conv_1_bn');
  x = relu6(x, 'out_relu');
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(x, pooling), name });
  const pooled = globalAveragePooling2d().apply(x);
  const outputs = dense({ units: classes, activation: classifierActivation, name: 'predictions' }).apply(pooled);
  return model({ inputs, outputs, name });
}
