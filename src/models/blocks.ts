import { ShapeError } from '../base/errors.js';
import type { InitializerIdentifier } from '../initializers/index.js';
import type { SymbolicTensor } from '../layers/base/symbolic.js';
import { activation, add, batchNormalization, concatenate, conv2d, maxPooling2d } from '../layers/index.js';

export interface ResidualBlockOptions {
  /** Channels of the three convolutions of the main path. */
  readonly filters: readonly [number, number, number];
  /** Window of the middle convolution; default 3. */
  readonly kernelSize?: number;
  /** Stage of the network; with `block` it names the layers `res2a_branch2a`, `bn2a_branch2a`, … */
  readonly stage?: number;
  /** Block within its stage: a, b, c. Without stage and block, layers get automatic names. */
  readonly block?: string;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerIdentifier;
}

export interface ConvolutionalBlockOptions extends ResidualBlockOptions {
  /** Of the first convolution and of the shortcut; default 2. */
  readonly strides?: number;
}

/** Main path of three convolutions, the shortcut beside it, their sum, relu. */
function bottleneck(
  x: SymbolicTensor,
  { filters, kernelSize = 3, stage, block, kernelInitializer }: ResidualBlockOptions,
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
export function identityBlock(x: SymbolicTensor, options: ResidualBlockOptions): SymbolicTensor {
  const [channels, expected] = [x.shape.at(-1), options.filters[2]];
  if (expected !== undefined && channels !== expected) {
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
export function convolutionalBlock(
  x: SymbolicTensor,
  { strides = 2, ...options }: ConvolutionalBlockOptions,
): SymbolicTensor {
  return bottleneck(x, options, strides, true);
}

/** Channels of an inception module's convolutions. */
export interface InceptionFilters {
  readonly filters1x1: number;
  /** Of the 1×1 convolution before the 3×3. */
  readonly filters3x3Reduce: number;
  readonly filters3x3: number;
  /** Of the 1×1 convolution before the 5×5. */
  readonly filters5x5Reduce: number;
  readonly filters5x5: number;
  /** Of the 1×1 convolution after the pooling. */
  readonly filtersPoolProjection: number;
}

export interface InceptionModuleOptions extends InceptionFilters {
  /** Of the concatenation: `inception_3a`. */
  readonly name?: string;
  /** Default `'glorotUniform'`. */
  readonly kernelInitializer?: InitializerIdentifier;
  /** Default `'zeros'`. */
  readonly biasInitializer?: InitializerIdentifier;
}

/**
 * Convolutions with windows of 1, 3 and 5 and a pooling side by side, their channels joined.
 * @param x [batch, height, width, channels]
 * @returns [batch, height, width, filters1x1 + filters3x3 + filters5x5 + filtersPoolProjection]
 * @see Szegedy et al., "Going Deeper with Convolutions", arXiv:1409.4842, figure 2b
 * @example y = inceptionModule(x, { filters1x1: 64, filters3x3Reduce: 96, filters3x3: 128, filters5x5Reduce: 16,
 *   filters5x5: 32, filtersPoolProjection: 32, name: 'inception_3a' });
 */
export function inceptionModule(x: SymbolicTensor, options: InceptionModuleOptions): SymbolicTensor {
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
