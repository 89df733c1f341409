import { assertList } from '../base/arguments.js';
import { ShapeError } from '../base/errors.js';
import type { Axes } from '../base/shape.js';
import { batchNorm } from '../ops/batch-norm.js';
import { concat } from '../ops/concat.js';
import { pad } from '../ops/pad.js';
import { reverse } from '../ops/reverse.js';
import { slice } from '../ops/slice.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';

/*
 * tfjs's names that contain a rank: each checks the rank and calls the op.
 */

function ofRank<T>(name: string, rank: number, x: TensorLike, f: (x: Tensor) => T): T {
  return withTensor(name, 'x', x, (x) => {
    if (x.rank !== rank) throw new ShapeError(`${name}: x is [${x.shape}], expected rank ${rank}`);
    return f(x);
  });
}

type Sides = readonly (readonly [number, number])[];

/** `pad` of rank 1. @throws ShapeError @example pad1d([1, 2], [1, 0]) // [0, 1, 2] */
export const pad1d = (x: TensorLike, paddings: readonly [number, number], value?: number | null): Tensor =>
  ofRank('pad1d', 1, x, (x) => pad(x, [paddings], value));
/** `pad` of rank 2. @throws ShapeError @example pad2d([[1, 2]], [[0, 0], [1, 0]]) // [[0, 1, 2]] */
export const pad2d = (x: TensorLike, paddings: Sides, value?: number | null): Tensor =>
  ofRank('pad2d', 2, x, (x) => pad(x, paddings, value));
/** `pad` of rank 3. @throws ShapeError @example pad3d([[[1]]], [[0, 0], [1, 0], [0, 0]]) // [[[0], [1]]] */
export const pad3d = (x: TensorLike, paddings: Sides, value?: number | null): Tensor =>
  ofRank('pad3d', 3, x, (x) => pad(x, paddings, value));
/** `pad` of rank 4. @throws ShapeError @example pad4d(images, [[0, 0], [1, 1], [1, 1], [0, 0]]) */
export const pad4d = (x: TensorLike, paddings: Sides, value?: number | null): Tensor =>
  ofRank('pad4d', 4, x, (x) => pad(x, paddings, value));

/** `slice` of rank 1. @throws ShapeError @example slice1d([1, 2, 3], 1, 2) // [2, 3] */
export const slice1d = (x: TensorLike, begin: number, size: number): Tensor =>
  ofRank('slice1d', 1, x, (x) => slice(x, [begin], [size]));
/** `slice` of rank 2. @throws ShapeError @example slice2d([[1, 2], [3, 4]], [1, 0], [1, 2]) // [[3, 4]] */
export const slice2d = (x: TensorLike, begin: readonly number[], size: readonly number[]): Tensor =>
  ofRank('slice2d', 2, x, (x) => slice(x, begin, size));
/** `slice` of rank 3. @throws ShapeError @example slice3d([[[1, 2]]], [0, 0, 1], [1, 1, 1]) // [[[2]]] */
export const slice3d = (x: TensorLike, begin: readonly number[], size: readonly number[]): Tensor =>
  ofRank('slice3d', 3, x, (x) => slice(x, begin, size));
/** `slice` of rank 4. @throws ShapeError @example slice4d(images, [0, 2, 2, 0], [1, 24, 24, 3]) */
export const slice4d = (x: TensorLike, begin: readonly number[], size: readonly number[]): Tensor =>
  ofRank('slice4d', 4, x, (x) => slice(x, begin, size));

/** `reverse` of rank 1. @throws ShapeError @example reverse1d([1, 2, 3]) // [3, 2, 1] */
export const reverse1d = (x: TensorLike): Tensor => ofRank('reverse1d', 1, x, (x) => reverse(x, 0));
/** `reverse` of rank 2. @throws ShapeError @example reverse2d([[1, 2], [3, 4]], 1) // [[2, 1], [4, 3]] */
export const reverse2d = (x: TensorLike, axis?: Axes): Tensor => ofRank('reverse2d', 2, x, (x) => reverse(x, axis));
/** `reverse` of rank 3. @throws ShapeError @example reverse3d([[[1, 2]]], 2) // [[[2, 1]]] */
export const reverse3d = (x: TensorLike, axis?: Axes): Tensor => ofRank('reverse3d', 3, x, (x) => reverse(x, axis));
/** `reverse` of rank 4. @throws ShapeError @example reverse4d(images, 2) */
export const reverse4d = (x: TensorLike, axis?: Axes): Tensor => ofRank('reverse4d', 4, x, (x) => reverse(x, axis));

function joined(name: string, rank: number, tensors: readonly TensorLike[], axis: number): Tensor {
  assertList(name, 'tensors', tensors, 'a list of tensors');
  for (const x of tensors) ofRank(name, rank, x, () => {});
  return concat(tensors, axis);
}

/** `concat` of rank 1. @throws ShapeError @example concat1d([tensor([1]), tensor([2, 3])]) // [1, 2, 3] */
export const concat1d = (tensors: readonly TensorLike[]): Tensor => joined('concat1d', 1, tensors, 0);
/** `concat` of rank 2. @throws ShapeError @example concat2d([tensor([[1]]), tensor([[2]])], 1) // [[1, 2]] */
export const concat2d = (tensors: readonly TensorLike[], axis: number): Tensor => joined('concat2d', 2, tensors, axis);
/** `concat` of rank 3. @throws ShapeError @example concat3d([images.squeeze(0), others.squeeze(0)], 0) */
export const concat3d = (tensors: readonly TensorLike[], axis: number): Tensor => joined('concat3d', 3, tensors, axis);
/** `concat` of rank 4. @throws ShapeError @example concat4d([images, others], 0) */
export const concat4d = (tensors: readonly TensorLike[], axis: number): Tensor => joined('concat4d', 4, tensors, axis);

type Statistics = [
  mean: TensorLike,
  variance: TensorLike,
  offset?: TensorLike | null,
  scale?: TensorLike | null,
  varianceEpsilon?: number | null,
];

/** `batchNorm` of [batch, channels]. @throws ShapeError @example batchNorm2d(x, mean, variance) */
export const batchNorm2d = (x: TensorLike, ...rest: Statistics): Tensor =>
  ofRank('batchNorm2d', 2, x, (x) => batchNorm(x, ...rest));
/** `batchNorm` of [height, width, channels]. @throws ShapeError @example batchNorm3d(x, mean, variance) */
export const batchNorm3d = (x: TensorLike, ...rest: Statistics): Tensor =>
  ofRank('batchNorm3d', 3, x, (x) => batchNorm(x, ...rest));
/** `batchNorm` of [batch, height, width, channels]. @throws ShapeError @example batchNorm4d(images, mean, variance) */
export const batchNorm4d = (x: TensorLike, ...rest: Statistics): Tensor =>
  ofRank('batchNorm4d', 4, x, (x) => batchNorm(x, ...rest));
