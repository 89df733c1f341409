import { ShapeError } from '../base/errors.js';
import { TENSORFLOW_LUMA } from '../base/luma.js';
import { formatShape } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { broadcastTo, sum } from './broadcast.js';
import { tensor } from './creation.js';
import { resizeNearestNeighbor as nearestWithHalfPixels, resizeBilinear as resizeWithHalfPixels } from './resize.js';
import { reverse } from './reverse.js';

export { cropAndResize } from './crop-and-resize.js';
export {
  nonMaxSuppression,
  nonMaxSuppressionAsync,
  nonMaxSuppressionPadded,
  nonMaxSuppressionPaddedAsync,
  nonMaxSuppressionWithScore,
  nonMaxSuppressionWithScoreAsync,
} from './non-max-suppression.js';
export { rotateWithOffset } from './rotate-image.js';
export { threshold } from './threshold-image.js';
export { transform } from './transform-image.js';

/**
 * Mirrors images left to right.
 * @param x [batch, height, width, channels]
 * @throws ShapeError
 * @example image.flipLeftRight(tensor([[[[1], [2]]]])) // [[[[2], [1]]]]
 */
export function flipLeftRight(x: TensorLike): Tensor {
  return withTensor('flipLeftRight', 'x', x, (x) => {
    if (x.rank !== 4)
      throw new ShapeError(`flipLeftRight: x is ${formatShape(x.shape)}, expected [batch, height, width, channels]`);
    return reverse(x, 2);
  });
}

function assertChannels(op: string, x: Tensor, channels: number): void {
  if (x.shape.at(-1) !== channels) {
    throw new ShapeError(`${op}: x is ${formatShape(x.shape)}, expected ${channels} channel(s) in the last axis`);
  }
}

/**
 * Repeats the only channel three times: [..., 1] → [..., 3].
 * @throws ShapeError
 * @example image.grayscaleToRGB(tensor([[[5]]])) // [[[5, 5, 5]]]
 */
export function grayscaleToRGB(x: TensorLike): Tensor {
  return withTensor('grayscaleToRGB', 'x', x, (x) => {
    assertChannels('grayscaleToRGB', x, 1);
    return broadcastTo(x, [...x.shape.slice(0, -1), 3]);
  });
}

/**
 * The luma of ITU-R BT.601, as TensorFlow weighs it: [..., 3] → [..., 1].
 * @throws ShapeError
 * @example image.rgbToGrayscale(tensor([[[1, 1, 1]]])) // [[[0.9999]]]
 */
export function rgbToGrayscale(x: TensorLike): Tensor {
  return withTensor('rgbToGrayscale', 'x', x, (x) =>
    tidy(() => {
      assertChannels('rgbToGrayscale', x, 3);
      return sum(mul(x, tensor([...TENSORFLOW_LUMA])), -1, true);
    }),
  );
}

/**
 * `resizeBilinear` with tfjs's default of pixel centres: none halved.
 * @example image.resizeBilinear(images, [224, 224])
 */
export const resizeBilinear = (
  images: TensorLike,
  size: readonly [number, number],
  alignCorners?: boolean | null,
  halfPixelCenters?: boolean | null,
): Tensor => resizeWithHalfPixels(images, size, alignCorners, halfPixelCenters ?? false);

/**
 * `resizeNearestNeighbor` with tfjs's default of pixel centres: none halved.
 * @example image.resizeNearestNeighbor(images, [224, 224])
 */
export const resizeNearestNeighbor = (
  images: TensorLike,
  size: readonly [number, number],
  alignCorners?: boolean | null,
  halfPixelCenters?: boolean | null,
): Tensor => nearestWithHalfPixels(images, size, alignCorners, halfPixelCenters ?? false);
