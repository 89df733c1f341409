import { isFloat } from '../base/dtype.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { formatShape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import { type Tensor, upload } from '../tensor/tensor.js';
import { add, div, maximum, minimum, mul, sub } from './arithmetic.js';
import { equal, greater, less, where } from './comparison.js';
import { range } from './creation.js';
import { reshape } from './reshape.js';
import { type Interpolation, samplePixels } from './sample-pixels.js';
import { toDType } from './shared/to-dtype.js';
import { slice } from './slice.js';
import { floor } from './unary.js';

export type TransformFill = 'constant' | 'reflect' | 'wrap' | 'nearest';

const FILLS: readonly unknown[] = ['constant', 'reflect', 'wrap', 'nearest'];

const clamp = (at: Tensor, length: number): Tensor => minimum(maximum(at, 0), length - 1);

/** Map positions beyond the border into the image; `'constant'` keeps them outside. */
function fold(at: Tensor, length: number, mode: TransformFill): Tensor {
  if (mode === 'constant') return at;
  if (mode === 'nearest') return clamp(at, length);
  if (mode === 'reflect') {
    // Mirrored about the outer side of the border pixel: the edge is repeated once.
    const shifted = add(at, 0.5);
    const phase = sub(shifted, mul(floor(mul(shifted, 1 / (2 * length))), 2 * length));
    return clamp(sub(where(less(phase, length), phase, sub(2 * length, phase)), 0.5), length);
  }
  if (length === 1) return mul(at, 0);
  // TensorFlow counts turns by length − 1 and shifts by length.
  const turns = (distance: Tensor): Tensor => floor(mul(distance, 1 / (length - 1)));
  const fromLeft = add(at, mul(add(turns(mul(at, -1)), 1), length));
  const fromRight = sub(at, mul(turns(at), length));
  return clamp(where(less(at, 0), fromLeft, where(greater(at, length - 1), fromRight, at)), length);
}

/**
 * Read images through projective maps.
 * @param images [batch, height, width, channels]
 * @param transforms [batch, 8] or [1, 8]: output pixel (x, y) is read at ((a₀x + a₁y + a₂) / k, (b₀x + b₁y + b₂) / k),
 * k = c₀x + c₁y + 1
 * @param interpolation `'nearest'` (the default) or `'bilinear'`
 * @param fillMode extension of the image beyond its edges: `'constant'` (the default), `'reflect'`, `'wrap'` or
 * `'nearest'`
 * @param fillValue for `'constant'`; default 0
 * @param outputShape [height, width] of the result; default those of the images
 * @returns floats; differentiable in images and, if bilinear, in transforms
 * @throws ShapeError @throws ValueError
 * @see TensorFlow's op ImageProjectiveTransformV3
 * @example image.transform(images, [[1, 0, 5, 0, 1, 0, 0, 0]], 'bilinear')
 */
export function transform(
  images: TensorLike,
  transforms: TensorLike,
  interpolation?: Interpolation | null,
  fillMode?: TransformFill | null,
  fillValue?: number | null,
  outputShape?: readonly [number, number] | null,
): Tensor {
  const method = interpolation ?? 'nearest';
  if (method !== 'bilinear' && method !== 'nearest') {
    throw new ValueError(`transform: interpolation is ${show(interpolation)}, expected 'nearest' or 'bilinear'`);
  }
  const mode = fillMode ?? 'constant';
  if (!FILLS.includes(mode)) {
    throw new ValueError(
      `transform: fillMode is ${show(fillMode)}, expected 'constant', 'reflect', 'wrap' or 'nearest'`,
    );
  }
  return tidy(() => {
    const given = toTensor('transform', 'images', images);
    const pixels = isFloat(given.dtype) ? given : toDType(given, 'float32');
    const maps = toDType(toTensor('transform', 'transforms', transforms), pixels.dtype);
    const [batch, height, width] = pixels.shape;
    const fits = maps.rank === 2 && maps.shape[1] === 8 && (maps.shape[0] === batch || maps.shape[0] === 1);
    if (pixels.rank !== 4 || !fits) {
      throw new ShapeError(
        `transform: images ${formatShape(pixels.shape)} and transforms ${formatShape(maps.shape)}, expected [batch, ` +
          'height, width, channels] and [batch, 8] or [1, 8]',
      );
    }
    const [rows, columns] = outputShape ?? [height, width];
    const entry = (index: number): Tensor => reshape(slice(maps, [0, index], [maps.shape[0], 1]), [-1, 1, 1]);
    const y = toDType(reshape(range(0, rows), [1, rows, 1]), pixels.dtype);
    const x = toDType(reshape(range(0, columns), [1, 1, columns]), pixels.dtype);
    const line = (a: number, b: number): Tensor => add(mul(entry(a), x), mul(entry(b), y));
    const depth = add(line(6, 7), 1);
    // Points projected to infinity lie outside.
    const safe = where(equal(depth, 0), 1, depth);
    const place = (a: number, b: number, c: number, length: number): Tensor =>
      where(equal(depth, 0), -10, fold(div(add(line(a, b), entry(c)), safe), length, mode));
    const at = {
      image: upload(
        Int32Array.from({ length: batch }, (_, i) => i),
        [batch, 1, 1],
        'int32',
      ),
      y: place(3, 4, 5, height),
      x: place(0, 1, 2, width),
    };
    return samplePixels(pixels, at, method, fillValue ?? 0);
  });
}
