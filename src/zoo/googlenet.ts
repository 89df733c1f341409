import { boolean, type Given, number, type Options, option, readOptions } from '../base/options.js';
import { initializers } from '../initializers/index.js';
import { type Model, model } from '../io/models.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { input } from '../layers/core/input.js';
import {
  averagePooling2d,
  conv2d,
  dense,
  dropout,
  flatten,
  globalAveragePooling2d,
  maxPooling2d,
  localResponseNormalization as responseNormalization,
} from '../layers/index.js';
import { type InceptionFilters, inceptionModule } from '../models/blocks.js';
import { commonOptions } from './options.js';

/** [output, first auxiliary output, second]. */
type Classes = readonly [number, number, number];

const googlenetOptions = (name: string, classes: Classes) => ({
  ...commonOptions({ inputShape: [224, 224, 3], name }),
  /** Size of every output, or of [output, first auxiliary output, second]. */
  classes: option<Classes, number | Classes>({
    expected: 'an integer ≥ 1, or a list of 3',
    read: (value) => {
      const sizes = Array.isArray(value) ? value : [value, value, value];
      const fits = sizes.length === 3 && sizes.every((size) => Number.isInteger(size) && size >= 1);
      return fits ? (sizes as unknown as Classes) : undefined;
    },
  }).default(classes),
  /** Whether to include the two auxiliary classifiers; default true. */
  auxiliary: boolean().default(true),
  /** Whether to normalize responses after the first pooling and before the second, as in the paper; default false. */
  localResponseNormalization: boolean().default(false),
  /** Factor on the channels of every convolution and hidden layer, rounded up; default 1. */
  widthMultiplier: number({ above: 0 }).default(1),
  /** Rate of dropout before the output; default 0.4. */
  dropoutRate: number({ min: 0, below: 1 }).default(0.4),
  /** Rate of dropout in the auxiliary classifiers; default 0.7. */
  auxiliaryDropoutRate: number({ min: 0, below: 1 }).default(0.7),
});

export type GoogLeNetOptions = Given<ReturnType<typeof googlenetOptions>>;

/** The differences between the two published forms. */
interface Variant {
  /** Of the first convolution and of the poolings between the stages. */
  readonly padding: 'same' | 'valid';
  readonly globalPoolName: string;
  /** Whether layers have the paper's names instead of automatic ones. */
  readonly named: boolean;
  /** Initial biases of the first convolution and of the modules. */
  readonly bias: number;
}

/** Rows of the paper's table 1: #1×1, #3×3 reduce, #3×3, #5×5 reduce, #5×5, pool proj. */
const MODULES = {
  '3a': [64, 96, 128, 16, 32, 32],
  '3b': [128, 128, 192, 32, 96, 64],
  '4a': [192, 96, 208, 16, 48, 64],
  '4b': [160, 112, 224, 24, 64, 64],
  '4c': [128, 128, 256, 24, 64, 64],
  '4d': [112, 144, 288, 32, 64, 64],
  '4e': [256, 160, 320, 32, 128, 128],
  '5a': [256, 160, 320, 32, 128, 128],
  '5b': [384, 192, 384, 48, 128, 128],
} as const;

function build(variant: Variant, options: Options<ReturnType<typeof googlenetOptions>>): Model {
  const { inputShape, classes, name, auxiliary, widthMultiplier, dropoutRate, auxiliaryDropoutRate } = options;
  const { padding } = variant;
  const biasInitializer = initializers.constant({ value: variant.bias });
  const width = (channels: number) => Math.ceil(channels * widthMultiplier);
  const named = (layerName: string) => (variant.named ? layerName : undefined);

  const reduce = (x: SymbolicTensor, layerName: string) =>
    maxPooling2d({ poolSize: 3, strides: 2, padding, name: named(layerName) }).apply(x);
  const respond = (x: SymbolicTensor, layerName: string) =>
    options.localResponseNormalization ? responseNormalization({ name: named(layerName) }).apply(x) : x;
  const inception = (x: SymbolicTensor, place: keyof typeof MODULES) => {
    const [one, threeReduce, three, fiveReduce, five, projection] = MODULES[place].map(width);
    const filters: InceptionFilters = {
      filters1x1: one,
      filters3x3Reduce: threeReduce,
      filters3x3: three,
      filters5x5Reduce: fiveReduce,
      filters5x5: five,
      filtersPoolProjection: projection,
    };
    return inceptionModule(x, { ...filters, biasInitializer, name: named(`inception_${place}`) });
  };
  const auxiliaryClassifier = (x: SymbolicTensor, units: number, layerName: string) => {
    let y = averagePooling2d({ poolSize: 5, strides: 3 }).apply(x);
    y = conv2d({ filters: width(128), kernelSize: 1, padding: 'same', activation: 'relu' }).apply(y);
    y = flatten().apply(y);
    y = dense({ units: width(1024), activation: 'relu' }).apply(y);
    y = dropout({ rate: auxiliaryDropoutRate }).apply(y);
    return dense({ units, activation: 'softmax', name: named(layerName) }).apply(y);
  };

  const inputs = input({ shape: inputShape });
  let x = conv2d({
    filters: width(64),
    kernelSize: 7,
    strides: 2,
    padding,
    activation: 'relu',
    biasInitializer,
    name: named('conv_1_7x7/2'),
  }).apply(inputs);
  x = reduce(x, 'max_pool_1_3x3/2');
  x = respond(x, 'norm1');
  x = conv2d({ filters: width(64), kernelSize: 1, activation: 'relu', name: named('conv_2a_3x3/1') }).apply(x);
  x = conv2d({
    filters: width(192),
    kernelSize: 3,
    padding: 'same',
    activation: 'relu',
    name: named('conv_2b_3x3/1'),
  }).apply(x);
  x = respond(x, 'norm2');
  x = reduce(x, 'max_pool_2_3x3/2');

  x = inception(x, '3a');
  x = inception(x, '3b');
  x = reduce(x, 'max_pool_3_3x3/2');

  x = inception(x, '4a');
  const outputs = auxiliary ? [auxiliaryClassifier(x, classes[1], 'auxilliary_output_1')] : [];
  x = inception(x, '4b');
  x = inception(x, '4c');
  x = inception(x, '4d');
  if (auxiliary) outputs.push(auxiliaryClassifier(x, classes[2], 'auxilliary_output_2'));
  x = inception(x, '4e');
  x = reduce(x, 'max_pool_4_3x3/2');

  x = inception(x, '5a');
  x = inception(x, '5b');
  x = globalAveragePooling2d({ name: variant.globalPoolName }).apply(x);
  x = dropout({ rate: dropoutRate }).apply(x);
  x = dense({ units: classes[0], activation: 'softmax', name: named('output') }).apply(x);
  return model({ inputs, outputs: [x, ...outputs], name });
}

/**
 * GoogLeNet (Inception v1) with its two auxiliary classifiers: outputs [output, auxilliary_output_1,
 * auxilliary_output_2]. Train it with `lossWeights: [1, 0.3, 0.3]`, the paper's weights.
 * @param options `inputShape` default [224, 224, 3], at least 80×80 with the auxiliary classifiers; `classes` default
 * 10
 * @throws ShapeError when the images are too small
 * @see Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842
 * @example googlenet({ classes: 10 }).summary();
 */
export function googlenet(options?: GoogLeNetOptions): Model {
  const table = googlenetOptions('inception_v1', [10, 10, 10]);
  const variant = { padding: 'same', globalPoolName: 'avg_pool_5_3x3/1', named: true, bias: 0.2 };
  return build(variant as Variant, readOptions('googlenet', table, options));
}

/**
 * GoogLeNet with `'valid'` padding in its first convolution and between its stages, and automatic layer names.
 * @param options `inputShape` default [224, 224, 3]; `classes` default [1000, 5, 1000], the sizes it was published with
 * @throws ShapeError when the images are too small
 * @see Szegedy et al., arXiv:1409.4842
 * @example googlenetValid({ classes: 1000 }).summary();
 */
export function googlenetValid(options?: GoogLeNetOptions): Model {
  const table = googlenetOptions('GoogLeNet', [1000, 5, 1000]);
  const variant = { padding: 'valid', globalPoolName: 'GAPL', named: false, bias: 0 };
  return build(variant as Variant, readOptions('googlenetValid', table, options));
}
