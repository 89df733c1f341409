import { assertList } from '../base/arguments.js';
import { ShapeError } from '../base/errors.js';
import { convGeometry, convolvedShape, type DimRoundingMode, type Padding, type Pair } from '../base/geometry.js';
import { assertShape, formatShape, type Shape, sameShape } from '../base/shape.js';
import type { TensorLike } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { conv2dInputGradient } from './conv2d.js';
import { withFilter } from './shared/image-operands.js';

/**
 * The adjoint of `conv2d`: stretches images, for decoders and upsampling.
 * @param x [batch, height, width, inChannels]
 * @param filter [filterHeight, filterWidth, outChannels, inChannels]
 * @param outputShape [batch, outHeight, outWidth, outChannels]
 * @param dilations default 1; or tfjs's dimRoundingMode, which has this place there, of the convolution that this is
 * the adjoint of
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
  dilations?: Pair | DimRoundingMode | null,
): Tensor {
  assertList('conv2dTranspose', 'outputShape', outputShape);
  return withFilter('conv2dTranspose', x, filter, (images, weights) => {
    const shape = outputShape.length === 3 ? [1, ...outputShape] : outputShape;
    const isMode = typeof dilations === 'string';
    const options = {
      strides,
      padding,
      dilations: isMode ? 1 : (dilations ?? 1),
      groups: 1,
      dimRoundingMode: isMode ? dilations : null,
    };
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
