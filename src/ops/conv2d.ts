import { ShapeError } from '../base/errors.js';
import {
  type ConvGeometry,
  convGeometry,
  convolvedShape,
  type DimRoundingMode,
  type Padding,
  type Pair,
} from '../base/geometry.js';
import { type Given, oneOf, positiveInteger, readOptions } from '../base/options.js';
import { formatShape, type Shape } from '../base/shape.js';
import type { TensorLike } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { activationGradient } from './activation-gradient.js';
import { sum } from './broadcast.js';
import { type Op, runOp } from './op.js';
import { FUSED_ACTIVATION, type FusedActivation, fusedActivation } from './shared/fused-activation.js';
import {
  assertChannelsLast,
  assertGradientShape,
  assertSameDType,
  paddingOption,
  windowSides,
  withFilter,
} from './shared/image-operands.js';
import { once } from './shared/once.js';
import { optionalTensor, tensorLike } from './shared/tensor-options.js';

export interface Conv2dOptions {
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilations: Pair;
  readonly groups: number;
  readonly dimRoundingMode?: DimRoundingMode | null;
}

type FusedOptions = Conv2dOptions & FusedActivation;

type Inputs = { x: Tensor; filter: Tensor; bias: Tensor | undefined };

/** The shape of the input that the gradient is for. */
interface GradientOptions extends Conv2dOptions {
  readonly shape: Shape;
}

const conv2dOp: Op<Inputs, FusedOptions, ConvGeometry> = {
  name: 'conv2d',
  infer: ({ x, filter, bias }, options) => {
    assertSameDType('conv2d', { x, filter, bias });
    const geometry = convGeometry('conv2d', x.shape, filter.shape, options);
    if (bias && (bias.shape.length !== 1 || bias.shape[0] !== geometry.outChannels)) {
      throw new ShapeError(`conv2d: bias is ${formatShape(bias.shape)}, expected [${geometry.outChannels}]`);
    }
    return { shape: convolvedShape(geometry), dtype: x.dtype, plan: geometry };
  },
  forward: (kernels, { x, filter, bias }, out, { activation, alpha }, geometry) =>
    kernels.conv2d(x, filter, out, geometry, { bias: bias ?? null, activation, alpha }),
  reads: ({ activation }) => {
    const output = activation ? (['output'] as const) : [];
    return { x: ['filter', ...output], filter: ['x', ...output], bias: output };
  },
  gradient: (dy, { inputs: { x, filter, bias }, output, options }) => {
    const { activation, alpha } = options;
    const gradient = once(() => (activation ? activationGradient(activation, dy, output, alpha) : dy));
    return {
      x: () => conv2dInputGradient(gradient(), filter, x.shape, options),
      filter: () => conv2dFilterGradient(x, gradient(), filter.shape, options),
      bias: bias ? () => sum(gradient(), [0, 1, 2]) : null,
    };
  },
};

const conv2dInputGradientOp: Op<{ outputGradient: Tensor; filter: Tensor }, GradientOptions, ConvGeometry> = {
  name: 'conv2dInputGradient',
  infer: ({ outputGradient, filter }, options) => {
    assertSameDType('conv2dInputGradient', { outputGradient, filter });
    const geometry = convGeometry('conv2dInputGradient', options.shape, filter.shape, options);
    assertGradientShape('conv2dInputGradient', outputGradient.shape, convolvedShape(geometry));
    return { shape: options.shape, dtype: outputGradient.dtype, plan: geometry };
  },
  forward: (kernels, { outputGradient, filter }, out, _, geometry) =>
    kernels.conv2dInputGradient(outputGradient, filter, out, geometry),
  reads: () => ({ outputGradient: ['filter'], filter: ['outputGradient'] }),
  gradient: (dx, { inputs: { outputGradient, filter }, options }) => ({
    outputGradient: () => convolve(dx, filter, options),
    filter: () => conv2dFilterGradient(dx, outputGradient, filter.shape, options),
  }),
};

const conv2dFilterGradientOp: Op<{ x: Tensor; outputGradient: Tensor }, GradientOptions, ConvGeometry> = {
  name: 'conv2dFilterGradient',
  infer: ({ x, outputGradient }, options) => {
    assertSameDType('conv2dFilterGradient', { x, outputGradient });
    const geometry = convGeometry('conv2dFilterGradient', x.shape, options.shape, options);
    assertGradientShape('conv2dFilterGradient', outputGradient.shape, convolvedShape(geometry));
    return { shape: options.shape, dtype: x.dtype, plan: geometry };
  },
  forward: (kernels, { x, outputGradient }, out, _, geometry) =>
    kernels.conv2dFilterGradient(x, outputGradient, out, geometry),
  reads: () => ({ x: ['outputGradient'], outputGradient: ['x'] }),
  gradient: (df, { inputs: { x, outputGradient }, options }) => ({
    x: () => conv2dInputGradient(outputGradient, df, x.shape, options),
    outputGradient: () => convolve(x, df, options),
  }),
};

/** The gradient of `conv2d` with respect to x, given its shape. */
export function conv2dInputGradient(
  outputGradient: Tensor,
  filter: Tensor,
  shape: Shape,
  options: Conv2dOptions,
): Tensor {
  return runOp(conv2dInputGradientOp, { outputGradient, filter }, { ...options, shape });
}

/** The gradient of `conv2d` with respect to the filter, given its shape. */
export function conv2dFilterGradient(x: Tensor, outputGradient: Tensor, shape: Shape, options: Conv2dOptions): Tensor {
  return runOp(conv2dFilterGradientOp, { x, outputGradient }, { ...options, shape });
}

function convolve(x: Tensor, filter: Tensor, options: Conv2dOptions): Tensor {
  return runOp(conv2dOp, { x, filter, bias: undefined }, { ...options, activation: null, alpha: 0 });
}

/**
 * 2-D cross-correlation, what deep learning calls convolution.
 * @param x [batch, height, width, inChannels], or without the batch
 * @param filter [filterHeight, filterWidth, inChannels / groups, outChannels]
 * @param strides pixels along height and width
 * @param padding `'same'`, `'valid'`, pixels on every side, or [[top, bottom], [left, right]] pixels
 * @param dilations pixels from one filter cell to the next
 * @param groups blocks of channels that are convolved apart; or tfjs's dimRoundingMode, which has this place there:
 * what to do with a last window that does not fit into padding given in pixels
 * @returns [batch, outHeight, outWidth, outChannels]
 * @throws ShapeError when channel counts disagree or the filter does not fit
 * @throws ValueError when a stride, dilation or group count is not an integer ≥ 1
 * @see Dumoulin and Visin, "A guide to convolution arithmetic for deep learning", arXiv:1603.07285
 * @example conv2d(x, filter, 1, 'same')
 */
export function conv2d(
  x: TensorLike,
  filter: TensorLike,
  strides?: Pair | null,
  padding?: Padding | null,
  dataFormat?: 'NHWC' | null,
  dilations?: Pair | null,
  groups?: number | DimRoundingMode | null,
): Tensor {
  assertChannelsLast('conv2d', dataFormat);
  const isMode = typeof groups === 'string';
  return withFilter('conv2d', x, filter, (images, weights) =>
    convolve(images, weights, {
      strides: strides ?? 1,
      padding: padding ?? 'valid',
      dilations: dilations ?? 1,
      groups: isMode ? 1 : (groups ?? 1),
      dimRoundingMode: isMode ? groups : null,
    }),
  );
}

/** @internal `fusedConv2d` without checks of its options: for layers, which have checked theirs */
export function conv2dWithEpilogue(
  x: Tensor,
  filter: Tensor,
  bias: Tensor | undefined,
  options: Conv2dOptions & FusedActivation,
): Tensor {
  return runOp(conv2dOp, { x, filter, bias }, options);
}

const FUSED_CONV2D = {
  x: tensorLike(),
  filter: tensorLike(),
  /** [outChannels] */
  bias: tensorLike().optional(),
  strides: windowSides().default(1),
  padding: paddingOption().default('valid'),
  dilations: windowSides().default(1),
  groups: positiveInteger().default(1),
  dimRoundingMode: oneOf(['floor', 'round', 'ceil']).optional(),
  ...FUSED_ACTIVATION,
};

export type FusedConv2d = Given<typeof FUSED_CONV2D>;

/**
 * activation(conv2d(x, filter) + bias) in one pass over the result. @throws ShapeError @throws ValueError
 * @example fusedConv2d({ x, filter, bias, strides: 1, padding: 'same', activation: 'relu' })
 */
export function fusedConv2d(options: FusedConv2d): Tensor {
  const { x, filter, bias, ...rest } = readOptions('fusedConv2d', FUSED_CONV2D, options);
  const settings = { ...rest, ...fusedActivation('fusedConv2d', rest) };
  return tidy(() =>
    withFilter('fusedConv2d', x, filter, (images, weights) =>
      conv2dWithEpilogue(images, weights, optionalTensor('fusedConv2d', 'bias', bias, weights), settings),
    ),
  );
}
