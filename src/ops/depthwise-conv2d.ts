import {
  type DepthwiseGeometry,
  type DimRoundingMode,
  depthwiseGeometry,
  type Padding,
  type Pair,
  type WindowOptions,
} from '../base/geometry.js';
import type { Shape } from '../base/shape.js';
import type { TensorLike } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2d } from './conv2d.js';
import { type Op, runOp } from './op.js';
import { assertChannelsLast, assertGradientShape, assertSameDType, withFilter } from './shared/image-operands.js';

interface GradientOptions extends WindowOptions {
  readonly shape: Shape;
}

const NAME = 'depthwiseConv2d';

const outShape = (g: DepthwiseGeometry): Shape => [g.batch, g.outHeight, g.outWidth, g.channels * g.multiplier];

const depthwiseOp: Op<{ x: Tensor; filter: Tensor }, WindowOptions, DepthwiseGeometry> = {
  name: NAME,
  infer: ({ x, filter }, options) => {
    assertSameDType(NAME, { x, filter });
    const geometry = depthwiseGeometry(NAME, x.shape, filter.shape, options);
    return { shape: outShape(geometry), dtype: x.dtype, plan: geometry };
  },
  forward: (kernels, { x, filter }, out, _, geometry) => kernels.depthwiseConv2d(x, filter, out, geometry),
  reads: () => ({ x: ['filter'], filter: ['x'] }),
  gradient: (dy, { inputs: { x, filter }, options }) => ({
    x: () => depthwiseConv2dInputGradient(dy, filter, x.shape, options),
    filter: () => depthwiseConv2dFilterGradient(x, dy, filter.shape, options),
  }),
};

const inputGradientOp: Op<{ outputGradient: Tensor; filter: Tensor }, GradientOptions, DepthwiseGeometry> = {
  name: 'depthwiseConv2dInputGradient',
  infer: ({ outputGradient, filter }, options) => {
    assertSameDType('depthwiseConv2dInputGradient', { outputGradient, filter });
    const geometry = depthwiseGeometry(NAME, options.shape, filter.shape, options);
    assertGradientShape('depthwiseConv2dInputGradient', outputGradient.shape, outShape(geometry));
    return { shape: options.shape, dtype: outputGradient.dtype, plan: geometry };
  },
  forward: (kernels, { outputGradient, filter }, out, _, geometry) =>
    kernels.depthwiseConv2dInputGradient(outputGradient, filter, out, geometry),
  reads: () => ({ outputGradient: ['filter'], filter: ['outputGradient'] }),
  gradient: (dx, { inputs: { outputGradient, filter }, options }) => ({
    outputGradient: () => runOp(depthwiseOp, { x: dx, filter }, options),
    filter: () => depthwiseConv2dFilterGradient(dx, outputGradient, filter.shape, options),
  }),
};

const filterGradientOp: Op<{ x: Tensor; outputGradient: Tensor }, GradientOptions, DepthwiseGeometry> = {
  name: 'depthwiseConv2dFilterGradient',
  infer: ({ x, outputGradient }, options) => {
    assertSameDType('depthwiseConv2dFilterGradient', { x, outputGradient });
    const geometry = depthwiseGeometry(NAME, x.shape, options.shape, options);
    assertGradientShape('depthwiseConv2dFilterGradient', outputGradient.shape, outShape(geometry));
    return { shape: options.shape, dtype: x.dtype, plan: geometry };
  },
  forward: (kernels, { x, outputGradient }, out, _, geometry) =>
    kernels.depthwiseConv2dFilterGradient(x, outputGradient, out, geometry),
  reads: () => ({ x: ['outputGradient'], outputGradient: ['x'] }),
  gradient: (df, { inputs: { x, outputGradient }, options }) => ({
    x: () => depthwiseConv2dInputGradient(outputGradient, df, x.shape, options),
    outputGradient: () => runOp(depthwiseOp, { x, filter: df }, options),
  }),
};

/** The gradient of `depthwiseConv2d` with respect to x, given its shape. */
export function depthwiseConv2dInputGradient(
  outputGradient: Tensor,
  filter: Tensor,
  shape: Shape,
  options: WindowOptions,
): Tensor {
  return runOp(inputGradientOp, { outputGradient, filter }, { ...options, shape });
}

/** The gradient of `depthwiseConv2d` with respect to the filter, given its shape. */
export function depthwiseConv2dFilterGradient(
  x: Tensor,
  outputGradient: Tensor,
  shape: Shape,
  options: WindowOptions,
): Tensor {
  return runOp(filterGradientOp, { x, outputGradient }, { ...options, shape });
}

/**
 * Convolve each channel with its own filters.
 * @param x [batch, height, width, channels], or without the batch
 * @param filter [filterHeight, filterWidth, channels, multiplier]
 * @returns [batch, outHeight, outWidth, channels · multiplier]; channel c · multiplier + m comes from channel c
 * @throws ShapeError when the channel counts disagree or the filter does not fit
 * @see Howard et al., "MobileNets", arXiv:1704.04861
 * @example depthwiseConv2d(x, filter, 1, 'same')
 */
export function depthwiseConv2d(
  x: TensorLike,
  filter: TensorLike,
  strides?: Pair | null,
  padding?: Padding | null,
  dataFormat?: 'NHWC' | null,
  dilations?: Pair | null,
  dimRoundingMode?: DimRoundingMode | null,
): Tensor {
  assertChannelsLast(NAME, dataFormat);
  const options = {
    strides: strides ?? 1,
    padding: padding ?? 'valid',
    dilations: dilations ?? 1,
    dimRoundingMode: dimRoundingMode ?? null,
  };
  return withFilter(NAME, x, filter, (images, weights) => runOp(depthwiseOp, { x: images, filter: weights }, options));
}

/**
 * A depthwise convolution, then a 1×1 convolution that mixes its channels.
 * @param depthwiseFilter [filterHeight, filterWidth, inChannels, multiplier]
 * @param pointwiseFilter [1, 1, inChannels · multiplier, outChannels]
 * @throws ShapeError
 * @see Chollet, "Xception", arXiv:1610.02357
 * @example separableConv2d(x, depthwise, pointwise, 1, 'same')
 */
export function separableConv2d(
  x: TensorLike,
  depthwiseFilter: TensorLike,
  pointwiseFilter: TensorLike,
  strides?: Pair | null,
  padding?: Padding | null,
  dilations?: Pair | null,
  dataFormat?: 'NHWC' | null,
): Tensor {
  return tidy(() =>
    conv2d(depthwiseConv2d(x, depthwiseFilter, strides, padding, dataFormat, dilations), pointwiseFilter, 1, 'valid'),
  );
}
