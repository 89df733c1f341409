import { type Tensor, upload } from '../tensor/tensor.js';
import { add, mul, sub } from './arithmetic.js';
import { greaterEqual, less, logicalAnd, where } from './comparison.js';
import { expandDims, reshape } from './reshape.js';
import { gatherRows } from './shared/gather-rows.js';
import { toDType } from './shared/to-dtype.js';
import { floor } from './unary.js';

/** Places in images, in pixels from the centre of the upper left one; all three broadcast. */
export interface PixelPlaces {
  /** int32: which image of the batch. */
  readonly image: Tensor;
  readonly y: Tensor;
  readonly x: Tensor;
}

export type Interpolation = 'bilinear' | 'nearest';

const integer = (value: number): Tensor => upload([value], [], 'int32');

/** Pixels at whole places; zeros outside. */
function read(images: Tensor, image: Tensor, row: Tensor, column: Tensor): { pixels: Tensor; isInside: Tensor } {
  const [batch, height, width, channels] = images.shape;
  const isInside = logicalAnd(
    logicalAnd(greaterEqual(row, 0), less(row, height)),
    logicalAnd(greaterEqual(column, 0), less(column, width)),
  );
  const [top, left] = [toDType(row, 'int32'), toDType(column, 'int32')];
  const line = add(mul(image, integer(height)), top);
  const place = where(isInside, add(mul(line, integer(width)), left), integer(-1));
  const found = gatherRows(images, place, { outer: 1, size: batch * height * width, inner: channels });
  return { pixels: reshape(found, [...place.shape, channels]), isInside: expandDims(isInside, -1) };
}

/**
 * Read images anywhere. Places are computed on the device, and gradients reach the images and, of bilinear reading, the
 * places.
 * @param images [batch, height, width, channels], floats
 * @param fill what pixels outside count as
 * @returns [...places, channels]
 */
export function samplePixels(images: Tensor, places: PixelPlaces, interpolation: Interpolation, fill: number): Tensor {
  const { image, y, x } = places;
  const at = (row: Tensor, column: Tensor): Tensor => {
    const { pixels, isInside } = read(images, image, row, column);
    return fill === 0 ? pixels : where(isInside, pixels, fill);
  };
  if (interpolation === 'nearest') return at(floor(add(y, 0.5)), floor(add(x, 0.5)));
  const [top, left] = [floor(y), floor(x)];
  const [below, right] = [expandDims(sub(y, top), -1), expandDims(sub(x, left), -1)];
  const line = (row: Tensor): Tensor => add(mul(at(row, left), sub(1, right)), mul(at(row, add(left, 1)), right));
  return add(mul(line(top), sub(1, below)), mul(line(add(top, 1)), below));
}
