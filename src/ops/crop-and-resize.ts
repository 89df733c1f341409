import { isFloat } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { greaterEqual, lessEqual, logicalAnd, where } from './comparison.js';
import { range } from './creation.js';
import { expandDims, reshape } from './reshape.js';
import { type Interpolation, samplePixels } from './sample-pixels.js';
import { toDType } from './shared/to-dtype.js';
import { slice } from './slice.js';

/**
 * Cut boxes out of images and resize each to one size.
 * @param images [batch, height, width, channels]
 * @param boxes [boxes, 4]: y1, x1, y2, x2, where 0 and 1 are the centres of the first and the last pixel; an
 * upside-down box flips its crop
 * @param boxIndices int32 [boxes]: the image of each box
 * @param cropSize [height, width]
 * @param method `'bilinear'` (the default) or `'nearest'`
 * @param extrapolationValue value of pixels outside the image; default 0
 * @returns float [boxes, height, width, channels]; differentiable in images and, if bilinear, in boxes
 * @throws ShapeError @throws ValueError
 * @see TensorFlow's `tf.image.crop_and_resize`
 * @example image.cropAndResize(images, [[0, 0, 0.5, 0.5]], [0], [32, 32])
 */
export function cropAndResize(
  images: TensorLike,
  boxes: TensorLike,
  boxIndices: TensorLike,
  cropSize: readonly [number, number],
  method?: Interpolation | null,
  extrapolationValue?: number | null,
): Tensor {
  const interpolation = method ?? 'bilinear';
  if (interpolation !== 'bilinear' && interpolation !== 'nearest') {
    throw new ValueError(`cropAndResize: method is ${show(method)}, expected 'bilinear' or 'nearest'`);
  }
  if (cropSize?.length !== 2 || cropSize.some((side) => !Number.isInteger(side) || side < 1)) {
    throw new ValueError(`cropAndResize: cropSize is ${show(cropSize)}, expected [height, width], integers ≥ 1`);
  }
  return tidy(() => {
    const given = toTensor('cropAndResize', 'images', images);
    const pixels = isFloat(given.dtype) ? given : toDType(given, 'float32');
    const corners = toDType(toTensor('cropAndResize', 'boxes', boxes), pixels.dtype);
    const image = toDType(toTensor('cropAndResize', 'boxIndices', boxIndices, 'int32'), 'int32');
    const count = corners.shape[0];
    if (pixels.rank !== 4 || corners.rank !== 2 || corners.shape[1] !== 4 || image.rank !== 1 || image.size !== count) {
      throw new ShapeError(
        `cropAndResize: images ${formatShape(pixels.shape)}, boxes ${formatShape(corners.shape)} and boxIndices ` +
          `${formatShape(image.shape)}, expected [batch, height, width, channels], [boxes, 4] and [boxes]`,
      );
    }
    const edge = (index: number): Tensor => slice(corners, [0, index], [count, 1]);
    const [, height, width] = pixels.shape;
    const y = places(edge(0), edge(2), height, cropSize[0]);
    const x = places(edge(1), edge(3), width, cropSize[1]);
    const at = { image: reshape(image, [count, 1, 1]), y: expandDims(y, 2), x: expandDims(x, 1) };
    const crops = samplePixels(pixels, at, interpolation, 0);
    // A place is outside by itself, not by the pixels around it.
    const isInside = logicalAnd(within(at.y, height), within(at.x, width));
    return where(expandDims(isInside, -1), crops, extrapolationValue ?? 0);
  });
}

const within = (at: Tensor, length: number): Tensor => logicalAnd(greaterEqual(at, 0), lessEqual(at, length - 1));

/** Positions of the pixels of crops along one axis: [boxes, size]. A single pixel is in the middle. */
function places(first: Tensor, last: Tensor, length: number, size: number): Tensor {
  if (size === 1) return mul(add(first, last), 0.5 * (length - 1));
  const steps = toDType(reshape(range(0, size), [1, size]), first.dtype);
  return mul(add(first, mul(sub(last, first), mul(steps, 1 / (size - 1)))), length - 1);
}
