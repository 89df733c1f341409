import { ShapeError } from '../base/errors.js';
import { convGeometry, type Padding, type Pair, pair } from '../base/geometry.js';
import { assertShape, formatShape, type Shape, sameShape } from '../base/shape.js';
import type { TensorLike } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2dInputGradient, convolvedShape } from './conv2d.js';
import { withFilter } from './shared/image-operands.js';

/**
 * The adjoint of `conv2d`: stretches images, for decoders and upsampling.
 * @param x [batch, height, width, inChannels]
 * @param filter [filterHeight, filterWidth, outChannels, inChannels]
 * @param outputShape [batch, outHeight, outWidth, outChannels]
 * @throws ShapeError when `conv2d` of outputShape would not give x's shape
 * @see Dumoulin and Visin, arXiv:1603.07285, chapter 4
 * @example conv2dTranspose(x, filter, [1, 28, 28, 3], 2, 'same')
 */
export function conv2dTranspose(
  x: TensorLike,
  filter: TensorLike,
  outputShape: Shape,
  strides: Pair,
  padding: Padding,
  dilations: Pair = 1,
): Tensor {
  return withFilter('conv2dTranspose', x, filter, (images, weights) => {
    const shape = outputShape.length === 3 ? [1, ...outputShape] : outputShape;
    const options = { strides, padding, dilations, groups: 1 };
    assertShape('conv2dTranspose', shape);
    const expected = convolvedShape(convGeometry('conv2dTranspose', shape, weights.shape, options));
    if (!sameShape(images.shape, expected)) {
      throw new ShapeError(
        `conv2dTranspose: x is ${formatShape(images.shape)}, expected ${formatShape(expected)} for outputShape ${formatShape(shape)}`,
      );
    }
    return conv2dInputGradient(images, weights, shape, options);
  });
}

/** Sizes of the transposed convolution's output, as Keras gives them. */
export function transposedSize(
  op: string,
  input: readonly [number, number],
  filter: Pair,
  strides: Pair,
  padding: Padding,
): [number, number] {
  const [filterHeight, filterWidth] = pair(op, 'kernelSize', filter);
  const [strideHeight, strideWidth] = pair(op, 'strides', strides);
  const grow = (size: number, window: number, stride: number): number =>
    padding === 'same' ? size * stride : size * stride + Math.max(window - stride, 0);
  return [grow(input[0], filterHeight, strideHeight), grow(input[1], filterWidth, strideWidth)];
}
