import { boolean, type Given, readOptions } from '../base/options.js';
import { varianceScaling } from '../initializers/variance-scaling.js';
import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import { conv2d, dense, dropout, globalAveragePooling2d, normalization, rescaling } from '../layers/index.js';
import { kernelInitializer, mobileBlock, normalize, pointwise, swish } from './efficientnet-block.js';
import { padForHalving, roundChannels } from './mobile-blocks.js';
import { applicationOptions, POOLING_NAMES, pooledFeatures } from './options.js';

/** The paper's table 1, for B0: window, expansion of the channels, output channels, blocks, strides of the first. */
const STAGES = [
  { kernelSize: 3, expansion: 1, filters: 16, blocks: 1, strides: 1 },
  { kernelSize: 3, expansion: 6, filters: 24, blocks: 2, strides: 2 },
  { kernelSize: 5, expansion: 6, filters: 40, blocks: 2, strides: 2 },
  { kernelSize: 3, expansion: 6, filters: 80, blocks: 3, strides: 2 },
  { kernelSize: 5, expansion: 6, filters: 112, blocks: 3, strides: 1 },
  { kernelSize: 5, expansion: 6, filters: 192, blocks: 4, strides: 2 },
  { kernelSize: 3, expansion: 6, filters: 320, blocks: 1, strides: 1 },
] as const;

/** Factors of width and depth over B0, the side of the images, the dropout rate before the classifier. */
const SCALES = {
  B0: { width: 1, depth: 1, size: 224, dropoutRate: 0.2 },
  B1: { width: 1, depth: 1.1, size: 240, dropoutRate: 0.2 },
  B2: { width: 1.1, depth: 1.2, size: 260, dropoutRate: 0.3 },
  B3: { width: 1.2, depth: 1.4, size: 300, dropoutRate: 0.3 },
  B4: { width: 1.4, depth: 1.8, size: 380, dropoutRate: 0.4 },
  B5: { width: 1.6, depth: 2.2, size: 456, dropoutRate: 0.4 },
  B6: { width: 1.8, depth: 2.6, size: 528, dropoutRate: 0.5 },
  B7: { width: 2, depth: 3.1, size: 600, dropoutRate: 0.5 },
} as const;

/** The rate at which the last block is dropped in training; it grows from 0 at the first. */
const DROP_CONNECT_RATE = 0.2;

/** ImageNet's channel deviations, on the scale of 0–1. */
const DEVIATIONS = [0.229, 0.224, 0.225];

const options = (size: number, name: string) => ({
  ...applicationOptions({ inputShape: [size, size, 3], classes: 1000, name }),
  /** Whether the model scales pixels from 0–255 to 0–1 itself and normalizes them; default true. */
  includePreprocessing: boolean().default(true),
  /**
   * Whether to divide images by the square roots of ImageNet's channel deviations too, as Keras's models with
   * `weights='imagenet'` do: set it to load those weights; default false.
   */
  imagenetScaling: boolean().default(false),
});

export type EfficientNetOptions = Given<ReturnType<typeof options>>;

function efficientnet(variant: keyof typeof SCALES, given?: EfficientNetOptions): Model {
  const { width, depth, size, dropoutRate } = SCALES[variant];
  const table = options(size, `efficientnet${variant.toLowerCase()}`);
  const read = readOptions(`efficientnet${variant}`, table, given);
  const { inputShape, classes, name, includeTop, pooling, classifierActivation } = read;
  const inputs = input({ shape: inputShape });
  let x: SymbolicTensor = inputs;
  if (read.includePreprocessing) x = normalization().apply(rescaling({ scale: 1 / 255 }).apply(x));
  if (read.imagenetScaling) x = rescaling({ scale: DEVIATIONS.map((deviation) => 1 / Math.sqrt(deviation)) }).apply(x);
  x = padForHalving(x, 3, 'stem_conv_pad');
  const stem = { filters: roundChannels(32 * width), kernelSize: 3, strides: 2, useBias: false } as const;
  x = conv2d({ ...stem, kernelInitializer: kernelInitializer(), name: 'stem_conv' }).apply(x);
  x = swish(normalize(x, 'stem_bn'), 'stem_activation');

  const stages = STAGES.map((stage) => ({ ...stage, blocks: Math.ceil(depth * stage.blocks) }));
  const total = stages.reduce((sum, { blocks }) => sum + blocks, 0);
  let done = 0;
  for (const [index, { blocks, strides, filters, ...stage }] of stages.entries()) {
    for (let i = 0; i < blocks; i++) {
      x = mobileBlock(x, {
        ...stage,
        filters: roundChannels(filters * width),
        strides: i === 0 ? strides : 1,
        dropRate: (DROP_CONNECT_RATE * done++) / total,
        name: `block${index + 1}${String.fromCharCode('a'.charCodeAt(0) + i)}_`,
      });
    }
  }
  x = pointwise(x, roundChannels(1280 * width), 'top_conv');
  x = swish(normalize(x, 'top_bn'), 'top_activation');
  if (!includeTop) return model({ inputs, outputs: pooledFeatures(x, pooling, POOLING_NAMES), name });
  x = globalAveragePooling2d({ name: 'avg_pool' }).apply(x);
  x = dropout({ rate: dropoutRate, name: 'top_dropout' }).apply(x);
  const outputs = dense({
    units: classes,
    activation: classifierActivation,
    kernelInitializer: varianceScaling({ scale: 1 / 3, mode: 'fanOut', distribution: 'uniform' }),
    name: 'predictions',
  }).apply(x);
  return model({ inputs, outputs, name });
}

/**
 * EfficientNet-B0 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [224, 224, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, "EfficientNet: Rethinking Model Scaling for Convolutional Neural Networks", arXiv:1905.11946
 * @example efficientnetB0({ includeTop: false, pooling: 'avg' }).summary();
 */
export function efficientnetB0(given?: EfficientNetOptions): Model {
  return efficientnet('B0', given);
}

/**
 * EfficientNet-B1 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [240, 240, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB1({ classes: 10 }).summary();
 */
export function efficientnetB1(given?: EfficientNetOptions): Model {
  return efficientnet('B1', given);
}

/**
 * EfficientNet-B2 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [260, 260, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB2({ classes: 10 }).summary();
 */
export function efficientnetB2(given?: EfficientNetOptions): Model {
  return efficientnet('B2', given);
}

/**
 * EfficientNet-B3 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [300, 300, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB3({ classes: 10 }).summary();
 */
export function efficientnetB3(given?: EfficientNetOptions): Model {
  return efficientnet('B3', given);
}

/**
 * EfficientNet-B4 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [380, 380, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB4({ classes: 10 }).summary();
 */
export function efficientnetB4(given?: EfficientNetOptions): Model {
  return efficientnet('B4', given);
}

/**
 * EfficientNet-B5 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [456, 456, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB5({ classes: 10 }).summary();
 */
export function efficientnetB5(given?: EfficientNetOptions): Model {
  return efficientnet('B5', given);
}

/**
 * EfficientNet-B6 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [528, 528, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB6({ classes: 10 }).summary();
 */
export function efficientnetB6(given?: EfficientNetOptions): Model {
  return efficientnet('B6', given);
}

/**
 * EfficientNet-B7 as in keras.applications. It takes pixels from 0 to 255 and scales them itself.
 * @param given `inputShape` default [600, 600, 3], `classes` default 1000, `includeTop`, `pooling`,
 *   `includePreprocessing`, `imagenetScaling`
 * @throws ValueError for a pooling that is unknown
 * @see Tan and Le, arXiv:1905.11946
 * @example efficientnetB7({ classes: 10 }).summary();
 */
export function efficientnetB7(given?: EfficientNetOptions): Model {
  return efficientnet('B7', given);
}
