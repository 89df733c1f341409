import { assertFloat, type DType } from '../base/dtype.js';
import { type DimRoundingMode, type Padding, type Pair, type PoolGeometry, poolGeometry } from '../base/geometry.js';
import { type TensorLike, toTensor, withTensor } from '../tensor/convert.js';
import { tidy } from '../tensor/scope.js';
import type { Tensor } from '../tensor/tensor.js';
import { add } from './arithmetic.js';
import { range } from './creation.js';
import { type Inferred, type Op, runOp, type Spec } from './op.js';
import { reshape } from './reshape.js';
import { withBatch } from './shared/image-operands.js';
import { type PoolOptions, pooled, poolOptions } from './shared/pool-operands.js';

const maxPooled = (x: Spec, dtype: DType, options: PoolOptions): Inferred<PoolGeometry> => {
  assertFloat('maxPool', 'x', x.dtype);
  return pooled(poolGeometry('maxPool', x.shape, options.filterSize, options), dtype);
};

const maxPoolOp: Op<{ x: Tensor }, PoolOptions, PoolGeometry> = {
  name: 'maxPool',
  infer: ({ x }, options) => maxPooled(x, x.dtype, options),
  forward: (kernels, { x }, out, _, geometry) => kernels.maxPool(x, out, geometry),
  reads: () => ({ x: ['x'] }),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(maxPoolGradientOp, { outputGradient: dy, x }, options),
  }),
};

/** Sends each window's gradient to its maximum: linear in the gradient, constant in x between ties. */
const maxPoolGradientOp: Op<{ outputGradient: Tensor; x: Tensor }, PoolOptions, PoolGeometry> = {
  name: 'maxPoolGradient',
  infer: ({ x }, options) => ({
    shape: x.shape,
    dtype: x.dtype,
    plan: poolGeometry('maxPoolGradient', x.shape, options.filterSize, options),
  }),
  forward: (kernels, { outputGradient, x }, out, _, geometry) =>
    kernels.maxPoolGradient(outputGradient, x, out, geometry),
  reads: () => ({ outputGradient: ['x'] }),
  gradient: (dx, { inputs: { x }, options }) => ({
    outputGradient: () => runOp(maxPoolGatherOp, { values: dx, x }, options),
    x: null,
  }),
};

const maxPoolGatherOp: Op<{ values: Tensor; x: Tensor }, PoolOptions, PoolGeometry> = {
  name: 'maxPoolGather',
  infer: ({ x }, options) => maxPooled(x, x.dtype, options),
  forward: (kernels, { values, x }, out, _, geometry) => kernels.maxPoolGather(values, x, out, geometry),
  reads: () => ({ values: ['x'] }),
  gradient: (dy, { inputs: { x }, options }) => ({
    values: () => runOp(maxPoolGradientOp, { outputGradient: dy, x }, options),
    x: null,
  }),
};

const maxPoolIndicesOp: Op<{ x: Tensor }, PoolOptions, PoolGeometry> = {
  name: 'maxPoolIndices',
  infer: ({ x }, options) => maxPooled(x, 'int32', options),
  forward: (kernels, { x }, out, _, geometry) => kernels.maxPoolIndices(x, out, geometry),
  gradient: () => ({ x: null }),
};

/**
 * The largest value of each window; padding never wins, and the first of equals gets the gradient.
 * @param x [batch, height, width, channels], or without the batch
 * @param filterSize [height, width] of the window
 * @param strides default the window's size
 * @param padding `'same'`, `'valid'` (the default), pixels on every side, or [[top, bottom], [left, right]] pixels
 * @param dimRoundingMode whether a last window that does not fit counts, where padding is given in pixels; default
 * `'floor'`: it does not
 * @returns [batch, outHeight, outWidth, channels]
 * @throws ShapeError @throws ValueError
 * @example maxPool(x, 2, 2, 'valid')
 */
export function maxPool(
  x: TensorLike,
  filterSize: Pair,
  strides?: Pair | null,
  padding?: Padding | null,
  dimRoundingMode?: DimRoundingMode | null,
): Tensor {
  const options = poolOptions(filterSize, strides, padding, dimRoundingMode);
  return withTensor('maxPool', 'x', x, (x) => withBatch(x, (images) => runOp(maxPoolOp, { x: images }, options)));
}

/**
 * `maxPool`, and the place of each maximum: the flat index (row · width + column) · channels + channel within its
 * image, int32.
 * @param includeBatchInIndex count on through the images of the batch: ((image · height + row) · width + column) ·
 * channels + channel
 * @throws ShapeError @throws ValueError
 * @example const { result, indexes } = maxPoolWithArgmax(x, 2, 2, 'valid')
 */
export function maxPoolWithArgmax(
  x: TensorLike,
  filterSize: Pair,
  strides?: Pair | null,
  padding?: Padding | null,
  includeBatchInIndex?: boolean | null,
): { result: Tensor; indexes: Tensor } {
  return tidy(() => {
    const images = toTensor('maxPoolWithArgmax', 'x', x);
    const options = poolOptions(filterSize, strides, padding, null);
    const result = runOp(maxPoolOp, { x: images }, options);
    const within = runOp(maxPoolIndicesOp, { x: images }, options);
    const [batch] = images.shape;
    const firsts = () => reshape(range(0, images.size, images.size / batch, 'int32'), [batch, 1, 1, 1]);
    return { result, indexes: includeBatchInIndex && images.size > 0 ? add(within, firsts()) : within };
  });
}
