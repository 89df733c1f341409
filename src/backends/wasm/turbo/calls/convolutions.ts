import { type ConvOptions, convGeometry, convolvedShape, depthwiseGeometry } from '../../../../base/geometry.js';
import type { Shape } from '../../../../base/shape.js';
import { family, type KernelCall, result, signed } from '../kernel-call.js';

interface Convolution {
  readonly x: Shape;
  readonly filter: Shape;
  readonly options?: Partial<ConvOptions>;
}

function geometryOf({ x, filter, options }: Convolution) {
  const geometry = convGeometry('conv2d', x, filter, { strides: 1, padding: 'same', ...options });
  return { geometry, y: convolvedShape(geometry) };
}

function convolution(name: string, given: Convolution): KernelCall {
  const { geometry, y } = geometryOf(given);
  const { x, filter } = given;
  return family(name)([signed(...x), signed(...filter), signed(filter[3]), result(y)], (kernels, [a, b, bias, out]) =>
    kernels.conv2d(a, b, out, geometry, { bias, activation: 'relu', alpha: 0 }),
  );
}

/** With a batch norm's scale and a sum, as plans for inference run it. */
function fusedConvolution(name: string, given: Convolution): KernelCall {
  const { geometry, y } = geometryOf(given);
  const { x, filter } = given;
  const row = signed(filter[3]);
  return family(name)(
    [signed(...x), signed(...filter), row, row, signed(...y), result(y)],
    (kernels, [a, b, scale, bias, residual, out]) =>
      kernels.fusedConv2d!(a, b, out, geometry, { scale, bias, residual, activation: 'relu', alpha: 0 }),
  );
}

function convolutionGradients(name: string, given: Convolution): KernelCall[] {
  const { geometry, y } = geometryOf(given);
  const { x, filter } = given;
  return [
    family(`${name}, input gradient`)([signed(...y), signed(...filter), result(x)], (kernels, [dy, b, out]) =>
      kernels.conv2dInputGradient(dy, b, out, geometry),
    ),
    family(`${name}, filter gradient`)([signed(...x), signed(...y), result(filter)], (kernels, [a, dy, out]) =>
      kernels.conv2dFilterGradient(a, dy, out, geometry),
    ),
  ];
}

const withGradients = (name: string, given: Convolution): KernelCall[] => [
  convolution(name, given),
  fusedConvolution(name, given),
  ...convolutionGradients(name, given),
];

function depthwise(x: Shape, filter: Shape, strides: number): KernelCall[] {
  const geometry = depthwiseGeometry('depthwiseConv2d', x, filter, { strides, padding: 'same' });
  const y = [geometry.batch, geometry.outHeight, geometry.outWidth, geometry.channels * geometry.multiplier];
  const name = 'depthwise convolutions';
  return [
    family(name)([signed(...x), signed(...filter), result(y)], (kernels, [a, b, out]) =>
      kernels.depthwiseConv2d(a, b, out, geometry),
    ),
    family(`${name}, input gradient`)([signed(...y), signed(...filter), result(x)], (kernels, [dy, b, out]) =>
      kernels.depthwiseConv2dInputGradient(dy, b, out, geometry),
    ),
    family(`${name}, filter gradient`)([signed(...x), signed(...y), result(filter)], (kernels, [a, dy, out]) =>
      kernels.depthwiseConv2dFilterGradient(a, dy, out, geometry),
    ),
  ];
}

export const CONVOLUTIONS: readonly KernelCall[] = [
  ...withGradients('convolutions in 4×4 tiles', { x: [1, 12, 13, 25], filter: [3, 3, 25, 24] }),
  ...withGradients('convolutions in 2×2 tiles', { x: [2, 5, 5, 25], filter: [3, 3, 25, 24] }),
  // So many channels that the points of all tiles are written out between the passes.
  convolution('convolutions in 4×4 tiles', { x: [1, 7, 7, 594], filter: [3, 3, 594, 13] }),
  convolution('convolutions in 2×2 tiles', { x: [1, 4, 4, 1353], filter: [3, 3, 1353, 13] }),
  ...withGradients('direct convolutions', { x: [1, 7, 9, 5], filter: [3, 3, 5, 21] }),
  ...withGradients('direct convolutions', {
    x: [1, 9, 8, 6],
    filter: [5, 3, 3, 10],
    options: { strides: 2, groups: 2 },
  }),
  ...depthwise([1, 9, 7, 21], [3, 3, 21, 1], 1),
  ...depthwise([1, 9, 7, 5], [3, 3, 5, 2], 2),
];
