import { ShapeError } from '../base/errors.js';
import { type Given, integer, type Options, option, positiveInteger, readOptions, string } from '../base/options.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { initializer } from '../layers/base/weight-options.js';
import { activation, add, batchNormalization, concatenate, conv2d, maxPooling2d } from '../layers/index.js';

const RESIDUAL_BLOCK = {
  /** Channels of the three convolutions of the main path. */
  filters: option<readonly [number, number, number]>({
    expected: 'a list of 3 integers ≥ 1',
    read: (value) => {
      const fits =
        Array.isArray(value) && value.length === 3 && value.every((each) => Number.isInteger(each) && each >= 1);
      return fits ? (value as unknown as [number, number, number]) : undefined;
    },
  }),
  /** Window of the middle convolution; default 3. */
  kernelSize: positiveInteger().default(3),
  /** Stage of the network; with `block` it names the layers `res2a_branch2a`, `bn2a_branch2a`, … */
  stage: integer().optional(),
  /** Block within its stage: a, b, c. Without stage and block, layers get automatic names. */
  block: string().optional(),
  /** Default `'glorotUniform'`. */
  kernelInitializer: initializer().default('glorotUniform'),
};

const CONVOLUTIONAL_BLOCK = {
  ...RESIDUAL_BLOCK,
  /** Strides of the first convolution and of the shortcut; default 2. */
  strides: positiveInteger().default(2),
};

/** A main path of three convolutions and a shortcut, followed by their sum and relu. */
function bottleneck(
  x: SymbolicTensor,
  { filters, kernelSize, stage, block, kernelInitializer }: Options<typeof RESIDUAL_BLOCK>,
  strides: number,
  projected: boolean,
): SymbolicTensor {
  const named = stage !== undefined && block !== undefined;
  const convolve = (input: SymbolicTensor, branch: string, channels: number, size: number, step: number) =>
    conv2d({
      filters: channels,
      kernelSize: size,
      strides: step,
      padding: size === 1 ? 'valid' : 'same',
      kernelInitializer,
      name: named ? `res${stage}${block}_branch${branch}` : undefined,
    }).apply(input);
  const normalize = (input: SymbolicTensor, branch: string) =>
    batchNormalization({ name: named ? `bn${stage}${block}_branch${branch}` : undefined }).apply(input);
  const relu = (input: SymbolicTensor) => activation({ activation: 'relu' }).apply(input);

  let main = relu(normalize(convolve(x, '2a', filters[0], 1, strides), '2a'));
  main = relu(normalize(convolve(main, '2b', filters[1], kernelSize, 1), '2b'));
  main = convolve(main, '2c', filters[2], 1, 1);
  let shortcut = projected ? convolve(x, '1', filters[2], 1, strides) : x;
  main = normalize(main, '2c');
  if (projected) shortcut = normalize(shortcut, '1');
  return relu(add().apply([main, shortcut]));
}

/**
 * Residual block whose shortcut is the input itself.
 * @param x [batch, height, width, filters[2]]
 * @returns shaped as x
 * @throws ShapeError when the input has not filters[2] channels
 * @see He et al., "Deep Residual Learning for Image Recognition", arXiv:1512.03385, figure 5
 * @example y = identityBlock(x, { filters: [64, 64, 256], stage: 2, block: 'b' });
 */
export function identityBlock(x: SymbolicTensor, given: Given<typeof RESIDUAL_BLOCK>): SymbolicTensor {
  const options = readOptions('identityBlock', RESIDUAL_BLOCK, given);
  const [channels, expected] = [x.shape.at(-1), options.filters[2]];
  if (channels !== expected) {
    const instead = 'convolutionalBlock takes any';
    throw new ShapeError(`identityBlock: x has ${channels} channels, expected filters[2], ${expected}; ${instead}`);
  }
  return bottleneck(x, options, 1, false);
}

/**
 * Residual block whose shortcut is a 1×1 convolution, so that size and channels may change.
 * @param x [batch, height, width, channels]
 * @returns [batch, ⌈height / strides⌉, ⌈width / strides⌉, filters[2]]
 * @see He et al., arXiv:1512.03385, section 3.3, option B
 * @example y = convolutionalBlock(x, { filters: [64, 64, 256], stage: 2, block: 'a', strides: 1 });
 */
export function convolutionalBlock(x: SymbolicTensor, given: Given<typeof CONVOLUTIONAL_BLOCK>): SymbolicTensor {
  const { strides, ...options } = readOptions('convolutionalBlock', CONVOLUTIONAL_BLOCK, given);
  return bottleneck(x, options, strides, true);
}

/** Channels of the convolutions of an inception module. */
const INCEPTION_FILTERS = {
  filters1x1: positiveInteger(),
  /** Of the 1×1 convolution before the 3×3. */
  filters3x3Reduce: positiveInteger(),
  filters3x3: positiveInteger(),
  /** Of the 1×1 convolution before the 5×5. */
  filters5x5Reduce: positiveInteger(),
  filters5x5: positiveInteger(),
  /** Of the 1×1 convolution after the pooling. */
  filtersPoolProjection: positiveInteger(),
};

export type InceptionFilters = Given<typeof INCEPTION_FILTERS>;

const INCEPTION_MODULE = {
  ...INCEPTION_FILTERS,
  /** Name of the concatenation: `inception_3a`. */
  name: string().optional(),
  /** Default `'glorotUniform'`. */
  kernelInitializer: initializer().default('glorotUniform'),
  /** Default `'zeros'`. */
  biasInitializer: initializer().default('zeros'),
};

/**
 * Parallel convolutions with windows of 1, 3 and 5 and a pooling, with concatenated channels.
 * @param x [batch, height, width, channels]
 * @returns [batch, height, width, filters1x1 + filters3x3 + filters5x5 + filtersPoolProjection]
 * @see Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, figure 2b
 * @example y = inceptionModule(x, { filters1x1: 64, filters3x3Reduce: 96, filters3x3: 128, filters5x5Reduce: 16,
 *   filters5x5: 32, filtersPoolProjection: 32, name: 'inception_3a' });
 */
export function inceptionModule(x: SymbolicTensor, given: Given<typeof INCEPTION_MODULE>): SymbolicTensor {
  const options = readOptions('inceptionModule', INCEPTION_MODULE, given);
  const { kernelInitializer, biasInitializer, name } = options;
  const convolve = (input: SymbolicTensor, filters: number, kernelSize: number) =>
    conv2d({ filters, kernelSize, padding: 'same', activation: 'relu', kernelInitializer, biasInitializer }).apply(
      input,
    );
  const one = convolve(x, options.filters1x1, 1);
  const three = convolve(convolve(x, options.filters3x3Reduce, 1), options.filters3x3, 3);
  const five = convolve(convolve(x, options.filters5x5Reduce, 1), options.filters5x5, 5);
  const pooled = maxPooling2d({ poolSize: 3, strides: 1, padding: 'same' }).apply(x);
  const projected = convolve(pooled, options.filtersPoolProjection, 1);
  return concatenate({ name }).apply([one, three, five, projected]);
}
