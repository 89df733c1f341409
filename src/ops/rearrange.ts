import { assertList } from '../base/arguments.js';
import { ShapeError, ValueError } from '../base/errors.js';
import { type Given, oneOf, readOptions } from '../base/options.js';
import { formatShape, type Shape } from '../base/shape.js';
import { show } from '../base/show.js';
import { type TensorLike, toTensor, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { mul } from './arithmetic.js';
import { broadcastTo } from './broadcast.js';
import { cast } from './cast.js';
import { eye } from './creation.js';
import { pad } from './pad.js';
import { reshape } from './reshape.js';
import { slice } from './slice.js';
import { transpose } from './transpose.js';

/**
 * Moves channels into space: each block of blockSize² channels becomes a square of pixels.
 * @param x [batch, height, width, channels]
 * @param dataFormat `'NHWC'` (the default), or `'NCHW'`: [batch, channels, height, width] in and out
 * @returns [batch, height · blockSize, width · blockSize, channels / blockSize²]
 * @throws ShapeError when the channels are not a multiple of blockSize² @throws ValueError
 * @see Shi et al., "Real-time single image super-resolution", arXiv:1609.05158
 * @example depthToSpace(ones([1, 1, 1, 4]), 2) // [[[[1], [1]], [[1], [1]]]]
 */
export function depthToSpace(x: TensorLike, blockSize: number, dataFormat?: 'NHWC' | 'NCHW' | null): Tensor {
  if (dataFormat === 'NCHW') {
    return tidy(() => {
      const value = toTensor('depthToSpace', 'x', x);
      const last = value.rank === 4 ? transpose(value, [0, 2, 3, 1]) : value;
      return transpose(depthToSpace(last, blockSize), [0, 3, 1, 2]);
    });
  }
  if ((dataFormat ?? 'NHWC') !== 'NHWC') {
    throw new ValueError(`depthToSpace: dataFormat is ${show(dataFormat)}, expected 'NHWC' or 'NCHW'`);
  }
  if (!Number.isInteger(blockSize) || blockSize < 1) {
    throw new ValueError(`depthToSpace: blockSize is ${show(blockSize)}, expected an integer ≥ 1`);
  }
  return withTensor('depthToSpace', 'x', x, (x) =>
    tidy(() => {
      const [batch, height, width, channels] = x.shape;
      if (x.rank !== 4 || channels % blockSize ** 2 !== 0) {
        throw new ShapeError(
          `depthToSpace: x is ${formatShape(x.shape)}, expected [batch, height, width, channels], channels a multiple of ${blockSize ** 2}`,
        );
      }
      const depth = channels / blockSize ** 2;
      const blocks = reshape(x, [batch, height, width, blockSize, blockSize, depth]);
      const rows = transpose(blocks, [0, 1, 3, 2, 4, 5]);
      return reshape(rows, [batch, height * blockSize, width * blockSize, depth]);
    }),
  );
}

/**
 * Moves blocks of space into the batch, after padding with zeros.
 * @param blockShape block size along each spatial axis, those after the batch
 * @param paddings [before, after] for each spatial axis
 * @returns [batch · Π blockShape, space / blockShape…, rest]
 * @throws ShapeError when a padded axis is not a multiple of its block
 * @example spaceToBatchND(images, [2, 2], [[0, 0], [0, 0]])
 */
export function spaceToBatchND(
  x: TensorLike,
  blockShape: readonly number[],
  paddings: readonly (readonly [number, number])[],
): Tensor {
  assertList('spaceToBatchND', 'blockShape', blockShape);
  assertList('spaceToBatchND', 'paddings', paddings, 'a pair of integers for every spatial axis');
  return withTensor('spaceToBatchND', 'x', x, (x) =>
    tidy(() => {
      const spatial = blockShape.length;
      if (x.rank < 1 + spatial || paddings.length !== spatial) {
        throw new ShapeError(
          `spaceToBatchND: x ${formatShape(x.shape)} with blockShape [${blockShape}] and ${paddings.length} paddings, expected a pair of each for every spatial axis`,
        );
      }
      const none = [0, 0] as const;
      const padded = pad(
        x,
        x.shape.map((_, axis) => (axis >= 1 && axis <= spatial ? paddings[axis - 1] : none)),
      );
      const [batch, ...sizes] = padded.shape;
      const rest = sizes.slice(spatial);
      for (const [axis, block] of blockShape.entries()) {
        if (!Number.isInteger(block) || block < 1 || sizes[axis] % block !== 0) {
          throw new ShapeError(
            `spaceToBatchND: axis ${axis + 1} is ${sizes[axis]} after padding, expected a multiple of ${block}`,
          );
        }
      }
      const cut = reshape(padded, [
        batch,
        ...blockShape.flatMap((block, axis) => [sizes[axis] / block, block]),
        ...rest,
      ]);
      const inBlock = blockShape.map((_, axis) => 2 * axis + 2);
      const between = blockShape.map((_, axis) => 2 * axis + 1);
      const tail = rest.map((_, axis) => 2 * spatial + 1 + axis);
      const moved = transpose(cut, [...inBlock, 0, ...between, ...tail]);
      const product = blockShape.reduce((a, b) => a * b, 1);
      return reshape(moved, [batch * product, ...blockShape.map((block, axis) => sizes[axis] / block), ...rest]);
    }),
  );
}

/**
 * Moves blocks of the batch back into space and crops: the inverse of `spaceToBatchND`.
 * @param x [batch · Π blockShape, space…, rest]
 * @param blockShape block size along each spatial axis, those after the batch
 * @param crops pixels to cut [before, after] along each spatial axis
 * @returns [batch, space · blockShape − crops…, rest]
 * @throws ShapeError when the batch is not a multiple of the blocks, or there is less than the crops
 * @example batchToSpaceND(x, [2, 2], [[0, 0], [0, 0]])
 */
export function batchToSpaceND(
  x: TensorLike,
  blockShape: readonly number[],
  crops: readonly (readonly [number, number])[],
): Tensor {
  assertList('batchToSpaceND', 'blockShape', blockShape);
  assertList('batchToSpaceND', 'crops', crops, 'a pair of integers for every spatial axis');
  return withTensor('batchToSpaceND', 'x', x, (x) =>
    tidy(() => {
      const spatial = blockShape.length;
      const product = blockShape.reduce((a, b) => a * b, 1);
      if (x.rank < 1 + spatial || crops.length !== spatial || x.shape[0] % product !== 0) {
        throw new ShapeError(
          `batchToSpaceND: x ${formatShape(x.shape)} with blockShape [${blockShape}] and ${crops.length} crops, expected a batch that is a multiple of ${product} and a pair of each for every spatial axis`,
        );
      }
      const [blocks, ...sizes] = x.shape;
      const batch = blocks / product;
      const rest = sizes.slice(spatial);
      const cut = reshape(x, [...blockShape, batch, ...sizes]);
      const pairs = blockShape.flatMap((_, axis) => [spatial + 1 + axis, axis]);
      const tail = rest.map((_, axis) => 2 * spatial + 1 + axis);
      const joined = reshape(transpose(cut, [spatial, ...pairs, ...tail]), [
        batch,
        ...blockShape.map((block, axis) => block * sizes[axis]),
        ...rest,
      ]);
      const kept = blockShape.map((block, axis) => block * sizes[axis] - crops[axis][0] - crops[axis][1]);
      if (kept.some((size) => size < 0) || crops.some((pair) => pair.some((side) => side < 0))) {
        throw new ShapeError(
          `batchToSpaceND: crops ${JSON.stringify(crops)} of ${formatShape(joined.shape)}, expected less than there is`,
        );
      }
      return slice(joined, [0, ...crops.map(([before]) => before), ...rest.map(() => 0)], [batch, ...kept, ...rest]);
    }),
  );
}

/**
 * x on the diagonal of zeros: shape s becomes [...s, ...s]. @throws ShapeError when x is a scalar
 * @example diag([1, 2]) // [[1, 0], [0, 2]]
 */
export function diag(x: TensorLike): Tensor {
  return tidy(() => {
    const value = toTensor('diag', 'x', x);
    if (value.rank === 0) throw new ShapeError('diag: x is a scalar, expected rank 1 or more');
    const ones = cast(eye(value.size), value.dtype);
    return reshape(mul(ones, reshape(value, [value.size])), [...value.shape, ...value.shape]);
  });
}

const MESHGRID = { indexing: oneOf(['xy', 'ij']).default('xy') };

/**
 * Coordinates of a grid from those of its axes.
 * @param options `indexing`: `'xy'` (the default) swaps the first two axes, `'ij'` keeps them
 * @returns one tensor for each, all of the grid's shape
 * @example meshgrid([1, 2], [3])[0] // [[1, 2]]
 */
export function meshgrid(x?: TensorLike, y?: TensorLike, options?: Given<typeof MESHGRID> | null): Tensor[] {
  const { indexing } = readOptions('meshgrid', MESHGRID, options);
  if (x === undefined) return [];
  return tidy(() => {
    const columns = reshape(toTensor('meshgrid', 'x', x), [-1]);
    if (y === undefined) return [columns];
    const rows = reshape(toTensor('meshgrid', 'y', y), [-1]);
    const [shape, first, second]: [Shape, Shape, Shape] =
      indexing === 'xy'
        ? [
            [rows.size, columns.size],
            [1, columns.size],
            [rows.size, 1],
          ]
        : [
            [columns.size, rows.size],
            [columns.size, 1],
            [1, rows.size],
          ];
    return [broadcastTo(reshape(columns, first), shape), broadcastTo(reshape(rows, second), shape)];
  });
}

/**
 * x itself, when it has the shape; null means any size.
 * @throws ShapeError
 * @example ensureShape(tensor([1, 2]), [2]) // [1, 2]
 */
export function ensureShape(x: TensorLike, shape: readonly (number | null)[]): Tensor {
  assertList('ensureShape', 'shape', shape);
  const value = toTensor('ensureShape', 'x', x);
  const fits = value.rank === shape.length && shape.every((size, axis) => size === null || size === value.shape[axis]);
  if (fits) return value;
  const expected = shape.map((size) => size ?? 'any');
  if (value !== x) value.dispose();
  throw new ShapeError(
    `ensureShape: x is ${formatShape(value.shape)}, expected [${expected.map((size) => (size === 'any' ? size : show(size)))}]`,
  );
}
