import { assertFloat } from '../base/dtype.js';
import { type DimRoundingMode, type Padding, type Pair, type PoolGeometry, poolGeometry } from '../base/geometry.js';
import type { Shape } from '../base/shape.js';
import { type TensorLike, withTensor } from '../tensor/convert.js';
import type { Tensor } from '../tensor/tensor.js';
import { type Op, runOp } from './op.js';
import { withBatch } from './shared/image-operands.js';
import { type PoolOptions, pooled, poolOptions } from './shared/pool-operands.js';

const avgPoolOp: Op<{ x: Tensor }, PoolOptions, PoolGeometry> = {
  name: 'avgPool',
  infer: ({ x }, options) => {
    assertFloat('avgPool', 'x', x.dtype);
    return pooled(poolGeometry('avgPool', x.shape, options.filterSize, options), x.dtype);
  },
  forward: (kernels, { x }, out, _, geometry) => kernels.avgPool(x, out, geometry),
  gradient: (dy, { inputs: { x }, options }) => ({
    x: () => runOp(avgPoolGradientOp, { outputGradient: dy }, { ...options, shape: x.shape }),
  }),
};

const avgPoolGradientOp: Op<{ outputGradient: Tensor }, PoolOptions & { shape: Shape }, PoolGeometry> = {
  name: 'avgPoolGradient',
  infer: ({ outputGradient }, options) => ({
    shape: options.shape,
    dtype: outputGradient.dtype,
    plan: poolGeometry('avgPoolGradient', options.shape, options.filterSize, options),
  }),
  forward: (kernels, { outputGradient }, out, _, geometry) => kernels.avgPoolGradient(outputGradient, out, geometry),
  gradient: (dx, { options }) => ({ outputGradient: () => runOp(avgPoolOp, { x: dx }, options) }),
};

/**
 * The mean of each window; padding does not count.
 * @param x [batch, height, width, channels], or without the batch
 * @param filterSize [height, width] of the window
 * @param strides default the window's size
 * @param padding `'same'`, `'valid'` (the default), pixels on every side, or [[top, bottom], [left, right]] pixels
 * @param dimRoundingMode whether a last window that does not fit counts, where padding is given in pixels; default
 * `'floor'`: it does not
 * @returns [batch, outHeight, outWidth, channels]
 * @throws ShapeError @throws ValueError
 * @example avgPool(x, 2, 2, 'valid')
 */
export function avgPool(
  x: TensorLike,
  filterSize: Pair,
  strides?: Pair | null,
  padding?: Padding | null,
  dimRoundingMode?: DimRoundingMode | null,
): Tensor {
  const options = poolOptions(filterSize, strides, padding, dimRoundingMode);
  return withTensor('avgPool', 'x', x, (x) => withBatch(x, (images) => runOp(avgPoolOp, { x: images }, options)));
}
