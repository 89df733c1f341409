import { boolean, type Given, number, readOptions } from '../base/options.js';
import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import {
  activation,
  add,
  batchNormalization,
  conv2d,
  depthwiseConv2d,
  dropout,
  flatten,
  globalAveragePooling2d,
  multiply,
  reLU,
  rescaling,
} from '../layers/index.js';
import { padForHalving, roundChannels } from './mobile-blocks.js';
import { applicationOptions, POOLING_NAMES, pooledFeatures } from './options.js';

/** Expansion of the channels, output channels, window, strides, squeeze-and-excitation, activation. */
type Row = readonly [number, number, 3 | 5, 1 | 2, 'squeeze' | null, 'relu' | 'hardSwish'];

/** The paper's table 1. Keras gives expansions as factors of the input channels. */
const LARGE: readonly Row[] = [
  [1, 16, 3, 1, null, 'relu'],
  [4, 24, 3, 2, null, 'relu'],
  [3, 24, 3, 1, null, 'relu'],
  [3, 40, 5, 2, 'squeeze', 'relu'],
  [3, 40, 5, 1, 'squeeze', 'relu'],
  [3, 40, 5, 1, 'squeeze', 'relu'],
  [6, 80, 3, 2, null, 'hardSwish'],
  [2.5, 80, 3, 1, null, 'hardSwish'],
  [2.3, 80, 3, 1, null, 'hardSwish'],
  [2.3, 80, 3, 1, null, 'hardSwish'],
  [6, 112, 3, 1, 'squeeze', 'hardSwish'],
  [6, 112, 3, 1, 'squeeze', 'hardSwish'],
  [6, 160, 5, 2, 'squeeze', 'hardSwish'],
  [6, 160, 5, 1, 'squeeze', 'hardSwish'],
  [6, 160, 5, 1, 'squeeze', 'hardSwish'],
];

/** The paper's table 2. */
const SMALL: readonly Row[] = [
  [1, 16, 3, 2, 'squeeze', 'relu'],
  [72 / 16, 24, 3, 2, null, 'relu'],
  [88 / 24, 24, 3, 1, null, 'relu'],
  [4, 40, 5, 2, 'squeeze', 'hardSwish'],
  [6, 40, 5, 1, 'squeeze', 'hardSwish'],
  [6, 40, 5, 1, 'squeeze', 'hardSwish'],
  [3, 48, 5, 1, 'squeeze', 'hardSwish'],
  [3, 48, 5, 1, 'squeeze', 'hardSwish'],
  [6, 96, 5, 2, 'squeeze', 'hardSwish'],
  [6, 96, 5, 1, 'squeeze', 'hardSwish'],
  [6, 96, 5, 1, 'squeeze', 'hardSwish'],
];

const options = (name: string) => ({
  ...applicationOptions({ inputShape: [224, 224, 3], classes: 1000, name }),
  /** Factor for the channels of every block; default 1. */
  alpha: number({ above: 0 }).default(1),
  /** Whether to do without squeeze-and-excitation, hard swish and 5×5 windows; default false. */
  minimalistic: boolean().default(false),
  /** Dropout rate before the classifier; default 0.2. */
  dropoutRate: number({ min: 0, below: 1 }).default(0.2),
  /** Whether the model scales pixels from 0–255 to −1–1 itself; default true. */
  includePreprocessing: boolean().default(true),
});

export type MobileNetV3Options = Given<ReturnType<typeof options>>;

const activate = (x: SymbolicTensor, how: Row[5]) =>
  (how === 'relu' ? reLU() : activation({ activation: 'hardSwish' })).apply(x);

const normalize = (x: SymbolicTensor, name: string) => batchNormalization({ momentum: 0.999, name }).apply(x);

/** A 1×1 convolution. */
const pointwise = (x: SymbolicTensor, filters: number, name: string, useBias = false) =>
  conv2d({ filters, kernelSize: 1, padding: 'same', useBias, name }).apply(x);

/** Weigh channels by what the whole image holds of each. @see Hu et al., arXiv:1709.01507 */
function squeezeAndExcite(x: SymbolicTensor, prefix: string): SymbolicTensor {
  const channels = x.shape.at(-1) as number;
  const name = `${prefix}squeeze_excite`;
  let scale = globalAveragePooling2d({ keepDims: true, name: `${name}_avg_pool` }).apply(x);
  scale = pointwise(scale, roundChannels(channels / 4), `${name}_conv`, true);
  scale = reLU({ name: `${name}_relu` }).apply(scale);
  scale = pointwise(scale, channels, `${name}_conv_1`, true);
  scale = activation({ activation: 'hardSigmoid' }).apply(scale);
  return multiply({ name: `${name}_mul` }).apply([x, scale]);
}

/** The paper's figure 4. */
function mobileBlock(x: SymbolicTensor, [expansion, filters, kernelSize, strides, squeeze, how]: Row, block: number) {
  const prefix = block === 0 ? 'expanded_conv_' : `expanded_conv_${block}_`;
  const channels = x.shape.at(-1) as number;
  let y = x;
  if (block > 0) {
    y = pointwise(y, roundChannels(channels * expansion), `${prefix}expand`);
    y = activate(normalize(y, `${prefix}expand_bn`), how);
  }
  if (strides === 2) y = padForHalving(y, kernelSize, `${prefix}depthwise_pad`);
  const padding = strides === 2 ? 'valid' : 'same';
  y = depthwiseConv2d({ kernelSize, strides, padding, useBias: false, name: `${prefix}depthwise` }).apply(y);
  y = activate(normalize(y, `${prefix}depthwise_bn`), how);
  if (squeeze) y = squeezeAndExcite(y, prefix);
  y = normalize(pointwise(y, filters, `${prefix}project`), `${prefix}project_bn`);
  return strides === 1 && channels === filters ? add({ name: `${prefix}add` }).apply([x, y]) : y;
}

/** @param lastFilters channels of the last layer before the classifier */
function mobilenetV3(
  rows: readonly Row[],
  lastFilters: number,
  variant: 'Large' | 'Small',
  given?: MobileNetV3Options,
) {
  const read = readOptions(`mobilenetV3${variant}`, options(`MobileNetV3${variant}`), given);
  const { inputShape, classes, name, includeTop, pooling, classifierActivation, alpha, minimalistic } = read;
  const outerActivation = minimalistic ? 'relu' : 'hardSwish';

  const inputs = input({ shape: inputShape });
  let x: SymbolicTensor = inputs;
  if (read.includePreprocessing) x = rescaling({ scale: 1 / 127.5, offset: -1 }).apply(x);
  x = conv2d({ filters: 16, kernelSize: 3, strides: 2, padding: 'same', useBias: false, name: 'conv' }).apply(x);
  x = activate(normalize(x, 'conv_bn'), outerActivation);
  for (const [block, [expansion, filters, kernelSize, strides, squeeze, how]] of rows.entries()) {
    const scaled = roundChannels(filters * alpha);
    const row: Row = minimalistic
      ? [expansion, scaled, 3, strides, null, 'relu']
      : [expansion, scaled, kernelSize, strides, squeeze, how];
    x = mobileBlock(x, row, block);
  }
  x = pointwise(x, roundChannels(6 * (x.shape.at(-1) as number)), 'conv_1');
  x = activate(normalize(x, 'conv_1_bn'), outerActivation);
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(x, pooling, POOLING_NAMES), name });
  x = globalAveragePooling2d({ keepDims: true }).apply(x);
  x = pointwise(x, alpha > 1 ? roundChannels(lastFilters * alpha) : lastFilters, 'conv_2', true);
  x = activate(x, outerActivation);
  if (read.dropoutRate > 0) x = dropout({ rate: read.dropoutRate }).apply(x);
  x = flatten().apply(pointwise(x, classes, 'logits', true));
  const outputs = activation({ activation: classifierActivation ?? 'linear', name: 'predictions' }).apply(x);
  return model({ inputs, outputs, name });
}

/**
 * MobileNetV3-Large as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [224, 224, 3], `classes` default 1000, `alpha`, `minimalistic`, `dropoutRate`,
 *   `includePreprocessing`, `includeTop`, `pooling`
 * @throws ValueError for an alpha that is not positive or a pooling that is unknown
 * @see Howard et al., "Searching for MobileNetV3", arXiv:1905.02244
 * @example mobilenetV3Large({ classes: 5 }).summary();
 */
export function mobilenetV3Large(given?: MobileNetV3Options): Model {
  return mobilenetV3(LARGE, 1280, 'Large', given);
}

/**
 * MobileNetV3-Small as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [224, 224, 3], `classes` default 1000, `alpha`, `minimalistic`, `dropoutRate`,
 *   `includePreprocessing`, `includeTop`, `pooling`
 * @throws ValueError for an alpha that is not positive or a pooling that is unknown
 * @see Howard et al., arXiv:1905.02244
 * @example mobilenetV3Small({ minimalistic: true, classes: 5 }).summary();
 */
export function mobilenetV3Small(given?: MobileNetV3Options): Model {
  return mobilenetV3(SMALL, 1024, 'Small', given);
}
