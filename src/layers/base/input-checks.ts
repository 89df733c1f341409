import { isFloat } from '../../base/dtype.js';
import { ShapeError, ValueError } from '../../base/errors.js';
import { formatShape } from '../../base/shape.js';
import { show } from '../../base/show.js';
import { cast } from '../../ops/cast.js';
import type { Tensor } from '../../tensor/tensor.js';
import type { SymbolicShape } from './symbolic.js';

const IMAGES = '[batch, height, width, channels]';

/** Hint for images without a batch, a common mistake. */
const batchHint = (rank: number): string => (rank === 3 ? '; expandDims(x, 0) makes a batch of one image' : '');

/**
 * Return the channels of a batch of images.
 * @throws ShapeError when the input is not one, or its channels are unknown
 */
export function channelsOf(caller: string, shape: SymbolicShape): number {
  const channels = shape.at(-1);
  if (shape.length !== 4 || typeof channels !== 'number' || channels < 1) {
    const known = `[${shape.map((size) => size ?? 'any').join(',')}]`;
    throw new ShapeError(
      `${caller}: the input is ${known}, expected ${IMAGES}, channels known${batchHint(shape.length)}`,
    );
  }
  return channels;
}

/** Return the input of a layer of images. @throws ShapeError when it is not a batch of images */
export function images(x: Tensor): Tensor {
  if (x.rank === 4) return x;
  throw new ShapeError(`the input is ${formatShape(x.shape)}, expected ${IMAGES}${batchHint(x.rank)}`);
}

/** Return the input as floats: bytes from files are int32. */
export function floatImages(x: Tensor): Tensor {
  return isFloat(images(x).dtype) ? x : cast(x, 'float32');
}

/** Return axes counted from the start, in order. @throws ValueError */
export const axesOf = (caller: string, axes: number | readonly number[], rank: number): number[] =>
  [axes]
    .flat()
    .map((axis) => axisOf(caller, axis, rank))
    .sort((a, b) => a - b);

/** Return an axis counted from the start. @throws ValueError */
export function axisOf(caller: string, axis: number, rank: number): number {
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  throw new ValueError(
    `${caller}: axis is ${show(axis)}, expected an integer in [${-rank}, ${rank}) for inputs of rank ${rank}`,
  );
}
