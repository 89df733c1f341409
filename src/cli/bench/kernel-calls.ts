import { convGeometry, convolvedShape, depthwiseGeometry, type Padding, type Pair } from '../../base/geometry.js';
import type { Shape } from '../../base/shape.js';
import { conv2d, conv2dFilterGradient, conv2dInputGradient } from '../../ops/conv2d.js';
import {
  depthwiseConv2d,
  depthwiseConv2dFilterGradient,
  depthwiseConv2dInputGradient,
} from '../../ops/depthwise-conv2d.js';
import { matMul } from '../../ops/matmul.js';
import { randomUniform } from '../../ops/random.js';
import type { Tensor } from '../../tensor/tensor.js';

/** Geometry of the kernel to time. */
export interface Geometry {
  readonly batch: number;
  /** [height, width] of the images. */
  readonly size: Pair;
  readonly channels: number;
  /** Output channels; for a depthwise convolution, output channels per input channel. */
  readonly filters: number;
  readonly window: Pair;
  readonly strides: Pair;
  readonly padding: Padding;
  readonly dilations: Pair;
  readonly groups: number;
  /** [rows, depth, columns] of a matrix product. */
  readonly product: readonly [number, number, number];
}

export type KernelName = 'conv2d' | 'depthwiseConv2d' | 'matMul';

/** A kernel and its gradients on random operands. */
export interface KernelCalls {
  /** Shapes and options, as text. */
  readonly description: string;
  readonly operands: readonly Tensor[];
  readonly calls: Readonly<Record<string, () => Tensor>>;
  /** Floating-point operations per call; a multiply-add counts as two. */
  readonly operations: number;
  /** Minimum number of bytes that each call reads and writes. */
  readonly bytes: number;
}

const floats = (...shapes: readonly Shape[]): number =>
  4 * shapes.reduce((sum, shape) => sum + shape.reduce((product, size) => product * size, 1), 0);

const sides = (value: Pair): string => (typeof value === 'number' ? String(value) : value.join('×'));

/** @throws ShapeError @throws ValueError for an invalid convolution geometry */
export function kernelCalls(kernel: KernelName, geometry: Geometry): KernelCalls {
  if (kernel === 'matMul') return products(geometry.product);
  return kernel === 'conv2d' ? convolutions(geometry) : depthwiseConvolutions(geometry);
}

function products([rows, depth, columns]: Geometry['product']): KernelCalls {
  const [a, b, dy] = [randomUniform([rows, depth]), randomUniform([depth, columns]), randomUniform([rows, columns])];
  return {
    description: `a [${a.shape}], b [${b.shape}]`,
    operands: [a, b, dy],
    calls: {
      matMul: () => matMul(a, b),
      'gradient of a': () => matMul(dy, b, false, true),
      'gradient of b': () => matMul(a, dy, true, false),
    },
    operations: 2 * rows * depth * columns,
    bytes: floats(a.shape, b.shape, dy.shape),
  };
}

function convolutions({ batch, size, channels, filters, window, groups, ...rest }: Geometry): KernelCalls {
  const [[height, width], [windowHeight, windowWidth]] = [both(size), both(window)];
  const x = randomUniform([batch, height, width, channels]);
  const filter = randomUniform([windowHeight, windowWidth, Math.max(1, Math.floor(channels / groups)), filters]);
  const options = { ...rest, groups };
  const shape = convolvedShape(convGeometry('bench', x.shape, filter.shape, options));
  const dy = randomUniform(shape);
  const { strides, padding, dilations } = rest;
  return {
    description: described(x, filter, shape, rest, groups > 1 ? `, ${groups} groups` : ''),
    operands: [x, filter, dy],
    calls: {
      conv2d: () => conv2d(x, filter, strides, padding, 'NHWC', dilations, groups),
      'gradient of x': () => conv2dInputGradient(dy, filter, x.shape, options),
      'gradient of filter': () => conv2dFilterGradient(x, dy, filter.shape, options),
    },
    operations: (2 * dy.size * filter.size) / filters,
    bytes: floats(x.shape, filter.shape, shape),
  };
}

function depthwiseConvolutions({ batch, size, channels, filters, window, ...rest }: Geometry): KernelCalls {
  const [[height, width], [windowHeight, windowWidth]] = [both(size), both(window)];
  const x = randomUniform([batch, height, width, channels]);
  const filter = randomUniform([windowHeight, windowWidth, channels, filters]);
  const { strides, padding, dilations } = rest;
  const options = { strides, padding, dilations };
  const { outHeight, outWidth } = depthwiseGeometry('bench', x.shape, filter.shape, options);
  const shape = [batch, outHeight, outWidth, channels * filters];
  const dy = randomUniform(shape);
  return {
    description: described(x, filter, shape, rest, ''),
    operands: [x, filter, dy],
    calls: {
      depthwiseConv2d: () => depthwiseConv2d(x, filter, strides, padding, 'NHWC', dilations),
      'gradient of x': () => depthwiseConv2dInputGradient(dy, filter, x.shape, options),
      'gradient of filter': () => depthwiseConv2dFilterGradient(x, dy, filter.shape, options),
    },
    operations: 2 * dy.size * windowHeight * windowWidth,
    bytes: floats(x.shape, filter.shape, shape),
  };
}

const both = (value: Pair): readonly [number, number] => (typeof value === 'number' ? [value, value] : value);

function described(
  x: Tensor,
  filter: Tensor,
  output: Shape,
  { strides, padding, dilations }: Pick<Geometry, 'strides' | 'padding' | 'dilations'>,
  more: string,
): string {
  const shapes = `x [${x.shape}], filter [${filter.shape}], output [${output}]`;
  return `${shapes}, strides ${sides(strides)}, padding ${padding}, dilations ${sides(dilations)}${more}`;
}
